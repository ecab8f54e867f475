import { z } from 'zod';

const time = z.iso
  .datetime({ offset: true, message: 'expected a time such as 2026-11-20T00:00:00Z' })
  .transform((text) => Math.floor(Date.parse(text) / 1000));

/** A window as callers give it, ISO 8601; both ends optional, `to` exclusive. Parsed to epoch seconds. */
export const windowSchema = z.strictObject({ from: time.optional(), to: time.optional() });

/** A window with both ends: up to now at the latest, and a day long, where the caller left them open. */
export function lastDay({ from, to }: { from?: number | undefined; to?: number | undefined }, now: Date) {
  // The minute that has begun is part of it.
  const latest = Math.floor(now.getTime() / 1000) + 60;
  const end = Math.min(to ?? latest, latest);
  return { from: from ?? end - 86_400, to: end };
}
