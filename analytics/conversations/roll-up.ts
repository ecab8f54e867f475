import { formatTime } from '../../ingest/kernel/time';
import { markHoursStale, type Store } from '../../ingest/store';
import { keepKnown } from './keep-known';
import { hoursToReconsider, LEARN_INVENTORY_SQL, LEARN_SIGHTINGS_SQL } from './listeners';
import type { ServicePorts } from '../services';
import { rollUpHours } from './roll-up-hours';

export interface RollUpOptions {
  /** Days after which raw flows expire. */
  readonly flowsDays: number;
  /** Raw flows that are put together at a time: what bounds the memory it takes. */
  readonly flowsAtOnce: number;
  /** Called before each step: how many of all are done, and what comes next. */
  readonly progress: (done: number, total: number, next: string) => void;
}

const DEFAULTS: RollUpOptions = { flowsDays: 30, flowsAtOnce: 5_000_000, progress: () => undefined };

export interface RollUpReport {
  readonly hours: number;
  /** Raw flows read. */
  readonly flows: number;
}

interface StaleHour {
  readonly hour: number;
  readonly marked: string;
  /** 0 when the hour was never rolled up. */
  readonly version: number;
  /** Raw flows behind that version, and those that there are now. */
  readonly known: number;
  readonly flows: number;
  /** Some of those behind it have expired since. */
  readonly expired: number;
  /** Epoch days: when the first of them came. */
  readonly oldest: number;
}

/** Seconds that a batch of hours may span. */
const LONGEST_BATCH = 86_400;

/** What was learned in one round can put other hours in another light, and those again others; never endlessly. */
const MOST_ROUNDS = 5;

/**
 * Recomputes every hour whose flows changed since it was last rolled up, each as a whole, and swaps it in: readers see
 * an hour's old conversations or its new ones, never both. Hours that what was learned puts in another light (a listener
 * proved, an endpoint that repeats) follow at once. Running it again changes nothing. One run at a time.
 */
export async function rollUp(
  store: Store,
  ports: ServicePorts,
  given: Partial<RollUpOptions> = {},
): Promise<RollUpReport> {
  const options = { ...DEFAULTS, ...given };
  const { progress } = options;
  const report = { hours: 0, flows: 0 };
  let since = await lastLearned(store);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const learned = await learningTime(store);
    for (const learn of [LEARN_SIGHTINGS_SQL, LEARN_INVENTORY_SQL]) await store.command(learn, { learned });
    const stale = await staleHours(store, options.flowsDays);
    await rollUpStale(store, ports, options, stale, learned, (done, next) =>
      progress(report.hours + done, report.hours + stale.length, next),
    );
    report.hours += stale.length;
    report.flows += stale.reduce((sum, { flows }) => sum + flows, 0);
    const hours = await hoursToReconsider(store, since);
    await markHoursStale(store, hours);
    await store.insert('roll_ups', [{ learned }]);
    since = learned + 1;
    if (stale.length === 0 && hours.length === 0) break;
  }
  progress(report.hours, report.hours, 'done');
  return report;
}

/** Up to when the consequences of what was learned have been drawn, epoch microseconds: a run may have been killed. */
async function lastLearned(store: Store): Promise<number> {
  const [row] = await store.query<{ last: number }>(
    'SELECT max(toUnixTimestamp64Micro(learned)) + 1 AS last FROM roll_ups',
  );
  return row?.last ?? 0;
}

/** Later than anything learned before, whatever the clock does; epoch microseconds. */
async function learningTime(store: Store): Promise<number> {
  const [row] = await store.query<{ now: number }>(
    'SELECT greatest(toUnixTimestamp64Micro(now64(6)), (SELECT max(toUnixTimestamp64Micro(learned)) + 1 FROM listeners), (SELECT max(toUnixTimestamp64Micro(learned)) + 1 FROM roll_ups)) AS now',
  );
  return row?.now ?? 0;
}

function staleHours(store: Store, flowsDays: number): Promise<StaleHour[]> {
  return store.query<StaleHour>(
    `WITH stale AS (
       SELECT s.hour AS hour, s.marked AS marked, b.version AS version, b.flows AS known, b.oldest AS oldest
       FROM (SELECT * FROM stale_hours FINAL) AS s LEFT JOIN (SELECT * FROM buckets FINAL) AS b ON b.hour = s.hour
       WHERE s.marked > b.marked
     )
     SELECT toUnixTimestamp(s.hour) AS hour, toString(s.marked) AS marked, s.version AS version, s.known AS known,
       f.flows AS flows,
       s.known > 0 AND s.oldest + {flowsDays:UInt16} <= today()
         AND (s.known > f.flows OR s.oldest > toDate(0) AND s.oldest < f.first) AS expired,
       toUInt16(if(expired OR f.flows = 0, s.oldest, f.first)) AS oldest
     FROM stale AS s LEFT JOIN (
       SELECT toStartOfHour(start) AS hour, count() AS flows, toDate(min(received)) AS first FROM flows
       WHERE toStartOfHour(start) IN (SELECT hour FROM stale) GROUP BY hour
     ) AS f ON f.hour = s.hour
     ORDER BY s.hour`,
    { flowsDays },
  );
}

async function rollUpStale(
  store: Store,
  ports: ServicePorts,
  { flowsAtOnce }: RollUpOptions,
  stale: readonly StaleHour[],
  learned: number,
  progress: (done: number, next: string) => void,
): Promise<void> {
  let done = 0;
  for (const batch of inBatches(stale, flowsAtOnce)) {
    progress(done, formatTime(batch[0]?.hour ?? 0));
    // A run that was killed may have left rows under the next version: it is never used again.
    const [last] = await store.query<{ version: number }>(
      'SELECT greatest((SELECT max(version) FROM conversations), (SELECT max(version) FROM buckets)) AS version',
    );
    const version = (last?.version ?? 0) + 1;
    const hours = batch.map(({ hour }) => hour);
    const flows = batch.reduce((sum, hour) => sum + hour.flows, 0);
    const repeated = await rollUpHours(store, { hours, flows, version, learned, ports, flowsAtOnce });
    await markHoursStale(store, repeated);
    await swapIn(store, batch, version);
    done += batch.length;
  }
  if (stale.some(({ version }) => version > 0)) {
    await store.command(
      'DELETE FROM conversations WHERE (hour, version) NOT IN (SELECT hour, max(version) FROM buckets GROUP BY hour)',
    );
  }
}

async function swapIn(store: Store, batch: readonly StaleHour[], fresh: number): Promise<void> {
  const buckets = [];
  for (const { hour, marked, version: known, known: knownFlows, flows, expired, oldest } of batch) {
    const version = expired ? fresh + 1 : fresh;
    if (expired) await keepKnown(store, { hour, known, fresh, version });
    buckets.push({ hour, version, marked, flows: expired ? knownFlows : flows, oldest });
  }
  await store.insert('buckets', buckets);
}

/**
 * Hours are taken together up to so many flows: few round trips for a quiet estate, bounded memory for a busy one. Not
 * those far apart, as what is known of the days around an hour is looked up once for all of them.
 */
function inBatches(stale: readonly StaleHour[], flowsAtOnce: number): StaleHour[][] {
  const batches: StaleHour[][] = [];
  let room = 0;
  let until = 0;
  for (const hour of stale) {
    room -= hour.flows;
    const last = batches.at(-1);
    if (last !== undefined && room >= 0 && hour.hour < until) last.push(hour);
    else {
      batches.push([hour]);
      room = flowsAtOnce - hour.flows;
      until = hour.hour + LONGEST_BATCH;
    }
  }
  return batches;
}
