import { createHash } from 'node:crypto';
import { z } from 'zod';
import { dayOf } from './object-day';

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Epoch milliseconds, by the store's clock. */
  readonly modified: number;
}

/**
 * How far back, by time of modification, objects are remembered one by one. It has to cover the difference between the
 * store's clock and ours, and how long a write may take from its start (which is what `LastModified` says of a
 * multipart upload) to its appearance in listings.
 */
export const LOOK_BACK_MS = 24 * 3_600_000;
/** Objects remembered: about 20 MB. A busier bucket looks back less far. */
const RECENT_LIMIT = 200_000;
/** Objects waiting for another attempt; more, and listing stops until they are done. */
export const PENDING_LIMIT = 1_000;
/** Series whose latest days are looked at between sweeps; the objects of others wait for the next sweep. */
const SERIES_LIMIT = 1_000;

const objectSchema = z.object({ key: z.string(), etag: z.string(), size: z.number(), modified: z.number() });
const failureSchema = z.object({ name: z.string(), code: z.string(), reason: z.string() });

export const cursorSchema = z.object({
  version: z.literal(1),
  /** Objects modified before are done: taken, failed, or pending. */
  horizon: z.number(),
  /** The sweep under way: everything up to `after` is done. */
  sweep: z.object({ after: z.string(), started: z.number(), horizon: z.number(), pages: z.number() }).nullable(),
  lastSweep: z.object({ started: z.number(), pages: z.number() }).nullable(),
  /** Fingerprints of what was done since the horizon, with the time of modification. */
  recent: z.array(z.tuple([z.string(), z.number()])),
  pending: z.array(objectSchema),
  /** The two latest days of each series, by the part of the key before the day. */
  series: z.array(z.tuple([z.string(), z.array(z.string()).max(2)])),
  failed: z.array(failureSchema),
});

export type BucketCursorState = z.output<typeof cursorSchema>;

/**
 * What of a bucket is done. Keys do not appear in order: providers deliver late files under earlier keys, and each
 * account or region is a series of its own. So nothing is concluded from a key alone: a listing of everything (a
 * sweep) moves the horizon, and what was modified since is remembered object by object.
 */
export interface BucketCursor {
  isDone(object: ListedObject): boolean;
  /** Taken, or never to be. */
  done(object: ListedObject): void;
  /** To be tried again, whatever listings show. */
  postpone(object: ListedObject): void;
  pending(): readonly ListedObject[];
  /** Where the sweep goes on; a new one starts at the beginning. */
  sweepFrom(now: number): string;
  /** Everything up to `key` is dealt with. */
  swept(key: string): void;
  /** Another page was listed. */
  sweptPage(): void;
  endSweep(): void;
  readonly sweeping: boolean;
  readonly lastSweep: { readonly started: number; readonly pages: number } | undefined;
  /** The listings that show what is new in dated series, each from the day before its latest. */
  tails(): { readonly prefix: string; readonly startAfter: string }[];
  state(): Omit<BucketCursorState, 'failed'>;
}

export function createBucketCursor(from?: Omit<BucketCursorState, 'failed'>): BucketCursor {
  let horizon = from?.horizon ?? 0;
  let sweep = from?.sweep ?? null;
  let lastSweep = from?.lastSweep ?? null;
  const recent = new Map(from?.recent ?? []);
  const pending = new Map((from?.pending ?? []).map((object) => [object.key, object]));
  const series = new Map(from?.series ?? []);

  const forgetBefore = (time: number): void => {
    for (const [fingerprint, modified] of recent) if (modified < time) recent.delete(fingerprint);
  };

  const makeRoom = (): void => {
    if (recent.size <= RECENT_LIMIT) return;
    // Never later than a sweep's start: what it has passed by then is done, what came since is not.
    const oldest = [...recent.values()].sort((a, b) => a - b)[Math.floor(RECENT_LIMIT / 10)] ?? 0;
    const time = Math.min(oldest, (sweep ?? lastSweep)?.started ?? 0);
    if (sweep) sweep = { ...sweep, horizon: Math.max(sweep.horizon, time) };
    else horizon = Math.max(horizon, time);
    forgetBefore(time);
    // More than that since the sweep began: some are read again, and known by their content.
    for (const fingerprint of recent.keys()) {
      if (recent.size <= RECENT_LIMIT) break;
      recent.delete(fingerprint);
    }
  };

  const noteDay = (key: string): void => {
    const day = dayOf(key);
    if (!day) return;
    const days = series.get(day.before);
    if (!days && series.size >= SERIES_LIMIT) return;
    if (days?.includes(day.until)) return;
    series.set(day.before, [...(days ?? []), day.until].sort().slice(-2));
  };

  return {
    isDone: (object) =>
      object.modified < horizon || recent.has(fingerprintOf(object)) || pending.get(object.key)?.etag === object.etag,
    done(object) {
      noteDay(object.key);
      pending.delete(object.key);
      // In a first sweep most objects are older than the horizon that it will leave.
      if (object.modified < Math.max(horizon, sweep?.horizon ?? 0)) return;
      recent.set(fingerprintOf(object), object.modified);
      makeRoom();
    },
    postpone: (object) => void pending.set(object.key, object),
    pending: () => [...pending.values()],
    sweepFrom(now) {
      sweep ??= { after: '', started: now, horizon: now - LOOK_BACK_MS, pages: 0 };
      return sweep.after;
    },
    swept(key) {
      if (sweep) sweep = { ...sweep, after: key };
    },
    sweptPage() {
      if (sweep) sweep = { ...sweep, pages: sweep.pages + 1 };
    },
    endSweep() {
      if (!sweep) return;
      horizon = Math.max(horizon, sweep.horizon);
      forgetBefore(horizon);
      lastSweep = { started: sweep.started, pages: sweep.pages };
      sweep = null;
    },
    get sweeping() {
      return sweep !== null;
    },
    get lastSweep() {
      return lastSweep ?? undefined;
    },
    tails: () => [...series].map(([prefix, days]) => ({ prefix, startAfter: days[0] ?? '' })),
    state: () => ({
      version: 1,
      horizon,
      sweep,
      lastSweep,
      recent: [...recent],
      pending: [...pending.values()],
      series: [...series],
    }),
  };
}

function fingerprintOf({ key, etag }: ListedObject): string {
  return createHash('sha256').update(`${key}\0${etag}`).digest('base64url').slice(0, 22);
}
