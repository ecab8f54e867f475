import { randomUUID } from 'node:crypto';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';

/** Seconds. UTC has no other days. */
const DAY = 86_400;

/** Counters, which add up over hours and over days. */
export const COUNTERS = [
  'connections',
  'established',
  'refused',
  'unanswered',
  'half_open',
  'denied',
  'client_packets',
  'server_packets',
  'client_bytes',
  'server_bytes',
] as const;

/**
 * The best direction and its best confidence are the least of these numbers: a Float32 that is not negative is ordered as
 * its bits are. `argMin` over a tuple takes longer than all other columns together.
 */
export const DOUBT_SQL =
  'toUInt64(toUInt64(direction) * 4294967296 + (4294967295 - reinterpretAsUInt32(confidence))) AS doubt';

/** How rows of one conversation are put together: none of these cares in how many steps. */
export const TOTALS: readonly (readonly [column: string, sql: string])[] = [
  ...COUNTERS.map((name) => [name, `sum(c.${name})`] as const),
  ['first_seen', 'min(c.first_seen)'],
  ['last_seen', 'max(c.last_seen)'],
  ['doubt', 'min(c.doubt)'],
  ['reporters', 'groupUniqArrayArray(c.reporters)'],
  ['client_from', 'max(c.client_from)'],
  ['server_from', 'max(c.server_from)'],
];

export const KEY = ['scope', 'client', 'server', 'protocol', 'port'] as const;

/** Grouping by two numbers takes half the time that grouping by the five columns takes. */
export const KEY_SQL = 'cityHash64(c.client, c.server), cityHash64(c.server, c.client, c.scope, c.protocol, c.port)';

/**
 * Whole days of a window: which of their hours count, as a hash, and what their latest sums were made of. One roll-up's
 * version may come at several times, so the newest version of a day does not tell whether it changed.
 */
const DAYS_SQL = `
SELECT toString(b.day) AS day, toString(b.made_of) AS madeOf, toString(s.summing) AS summing, b.made_of = s.made_of AS summed
FROM (
  SELECT toDate(h.hour) AS day, cityHash64(arraySort(groupArray((h.hour, h.newest)))) AS made_of
  FROM (
    SELECT hour, max(version) AS newest FROM buckets
    WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) GROUP BY hour
  ) AS h GROUP BY day
) AS b LEFT JOIN (
  SELECT r.day AS day, tupleElement(r.latest, 1) AS summing, tupleElement(r.latest, 2) AS made_of
  FROM (SELECT t.day AS day, argMax((t.summing, t.made_of), (t.recorded, t.summing)) AS latest FROM summed_days AS t GROUP BY t.day) AS r
) AS s ON s.day = b.day
ORDER BY day`;

interface DayRow {
  /** ISO 8601. */
  readonly day: string;
  /** Hash of the hours that count, 64 bits in decimal. */
  readonly madeOf: string;
  /** UUID of the latest sums. */
  readonly summing: string;
  readonly summed: 0 | 1;
}

/** A day that is summed, ISO 8601, and by which of the sums made of it. */
export interface SummedDay {
  readonly day: string;
  /** UUID. */
  readonly summing: string;
}

function daysOf(store: Store, { from, to }: Window): Promise<DayRow[]> {
  return store.query<DayRow>(DAYS_SQL, { from: Math.ceil(from / DAY) * DAY, to: Math.floor(to / DAY) * DAY });
}

/** The days of a window that `conversation_days` holds as the hours are at present. */
export async function summedDays(store: Store, window: Window): Promise<SummedDay[]> {
  return (await daysOf(store, window)).filter(({ summed }) => summed === 1);
}

/**
 * Sums the hours of every whole day of a window in which any was rolled up since. Whoever reads takes a day that is not
 * summed, or no longer right, from its hours, so this changes how fast conversations are read and nothing else. Two at
 * once do the same work twice: each writes under a UUID of its own, and the one that was recorded last is read.
 *
 * @returns how many days were summed
 */
export async function sumDays(store: Store, window: Window): Promise<number> {
  const due = (await daysOf(store, window)).filter(({ summed }) => summed === 0);
  for (const { day, madeOf } of due) {
    const summing = randomUUID();
    await store.command(SUM_SQL, { day, summing });
    // Where hours were swapped in meanwhile, those that count are others than these, so the day is due again.
    await store.insert('summed_days', [{ day, summing, made_of: madeOf }]);
  }
  if (due.length > 0) await discardOld(store);
  return due.length;
}

/** What others may still be writing, or reading after they looked which sums to read, is younger. */
const OLD_SECONDS = 3600;

const OLD_SQL = `
SELECT DISTINCT toString(summing) AS summing FROM conversation_days
WHERE made < now() - ${OLD_SECONDS}
  AND summing NOT IN (SELECT argMax(t.summing, (t.recorded, t.summing)) FROM summed_days AS t GROUP BY t.day)
  AND day NOT IN (SELECT t.day FROM summed_days AS t WHERE t.recorded > now() - ${OLD_SECONDS})`;

/** Takes out sums that later ones replaced, and those of a run that was killed. */
async function discardOld(store: Store): Promise<void> {
  const old = await store.query<{ summing: string }>(OLD_SQL);
  if (old.length === 0) return;
  const summings = old.map(({ summing }) => summing);
  await store.command('DELETE FROM conversation_days WHERE summing IN {summings:Array(UUID)}', { summings });
}

/** Hours are counted as bits of a day. */
const SUM_SQL = `
INSERT INTO conversation_days (day, summing, ${KEY.join(', ')}, hours, ${TOTALS.map(([column]) => column).join(', ')})
SELECT {day:Date}, {summing:UUID}, ${KEY.map((name) => `any(c.${name})`).join(', ')},
  bitCount(groupBitOr(bitShiftLeft(toUInt32(1), intDiv(toUnixTimestamp(c.hour), 3600) % 24))),
  ${TOTALS.map(([, sql]) => sql).join(', ')}
FROM (
  SELECT *, ${DOUBT_SQL} FROM current_conversations
  WHERE hour >= toDateTime({day:Date}) AND hour < toDateTime({day:Date}) + ${DAY}
) AS c
GROUP BY ${KEY_SQL}`;
