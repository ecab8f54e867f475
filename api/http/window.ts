import { z } from 'zod';

const time = z.iso
  .datetime({ offset: true, message: 'expected a time such as 2026-11-20T00:00:00Z' })
  .transform((text) => Math.floor(Date.parse(text) / 1000));

/** A window as callers give it, ISO 8601; both ends optional, `to` exclusive. Parsed to epoch seconds. */
export const windowSchema = z.object({ from: time.optional(), to: time.optional() });
