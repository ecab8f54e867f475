import { formatTime } from '../../ingest/kernel/time';
import type { Store } from '../../ingest/store';
import { CONVERSATION_COLUMNS, conversationsSql, KEEP_KNOWN_SQL, SESSIONS_SQL } from './sql';

interface ServicePort {
  readonly protocol: number;
  readonly port: number;
}

/** What direction evidence level 3 and "answered or not" need to know. */
export interface ServicePorts {
  /** Ports that only servers have. */
  readonly registered: readonly ServicePort[];
  /** UDP services that never answer: syslog, traps, flow exports. */
  readonly oneWay: readonly ServicePort[];
}

export interface RollUpReport {
  readonly hours: number;
  /** Raw flows read. */
  readonly flows: number;
}

/** Called before each step: how many of all are done, and what comes next. */
export type Progress = (done: number, total: number, next: string) => void;

interface StaleHour {
  readonly hour: number;
  readonly marked: string;
  /** 0 when the hour was never rolled up. */
  readonly version: number;
  /** Raw flows behind that version, and those that there are now. */
  readonly known: number;
  readonly flows: number;
}

/** Hours are taken together up to so many flows: few round trips for a quiet estate, bounded memory for a busy one. */
const FLOWS_AT_ONCE = 5_000_000;

/**
 * Recomputes every hour whose flows changed since it was last rolled up, each as a whole, and swaps it in: readers see
 * an hour's old conversations or its new ones, never both. Running it again changes nothing. One run at a time.
 */
export async function rollUp(
  store: Store,
  ports: ServicePorts,
  progress: Progress = () => undefined,
): Promise<RollUpReport> {
  const stale = await store.query<StaleHour>(
    `WITH stale AS (
       SELECT s.hour AS hour, s.marked AS marked, b.version AS version, b.flows AS known
       FROM (SELECT * FROM stale_hours FINAL) AS s LEFT JOIN (SELECT * FROM buckets FINAL) AS b ON b.hour = s.hour
       WHERE s.marked > b.marked
     )
     SELECT toUnixTimestamp(s.hour) AS hour, toString(s.marked) AS marked, s.version AS version, s.known AS known,
       f.flows AS flows
     FROM stale AS s LEFT JOIN (
       SELECT toStartOfHour(start) AS hour, count() AS flows FROM flows
       WHERE toStartOfHour(start) IN (SELECT hour FROM stale) GROUP BY hour
     ) AS f ON f.hour = s.hour
     ORDER BY s.hour`,
  );
  let done = 0;
  for (const batch of inBatches(stale)) {
    progress(done, stale.length, formatTime(batch[0]?.hour ?? 0));
    await rollUpHours(store, ports, batch);
    done += batch.length;
  }
  progress(done, stale.length, 'done');
  return { hours: stale.length, flows: stale.reduce((sum, { flows }) => sum + flows, 0) };
}

function inBatches(stale: readonly StaleHour[]): StaleHour[][] {
  const batches: StaleHour[][] = [];
  let room = 0;
  for (const hour of stale) {
    room -= hour.flows;
    const last = batches.at(-1);
    if (last !== undefined && room >= 0) last.push(hour);
    else {
      batches.push([hour]);
      room = FLOWS_AT_ONCE - hour.flows;
    }
  }
  return batches;
}

async function rollUpHours(store: Store, ports: ServicePorts, batch: readonly StaleHour[]): Promise<void> {
  const hours = batch.map(({ hour }) => hour);
  // A run that was killed may have left rows under the next version: it is never used again.
  const [last] = await store.query<{ version: number }>('SELECT max(version) AS version FROM conversations');
  const version = (last?.version ?? 0) + 1;
  await store.command('DROP TABLE IF EXISTS sessions');
  try {
    await store.command(`CREATE TABLE sessions ENGINE = MergeTree ORDER BY tuple() AS ${SESSIONS_SQL}`, {
      hours,
      registered: numbered(ports.registered),
    });
    await store.command(`INSERT INTO conversations (${CONVERSATION_COLUMNS}) ${conversationsSql('sessions')}`, {
      version,
      oneWay: numbered(ports.oneWay),
    });
  } finally {
    await store.command('DROP TABLE IF EXISTS sessions');
  }
  const buckets = [];
  for (const { hour, marked, version: earlier, known, flows } of batch) {
    const partial = flows < known;
    if (partial) await store.command(KEEP_KNOWN_SQL, { hour, known: earlier, fresh: version, version: version + 1 });
    buckets.push({ hour, version: partial ? version + 1 : version, marked, flows: Math.max(flows, known) });
  }
  await store.insert('buckets', buckets);
  await store.command(
    'DELETE FROM conversations WHERE (hour, version) NOT IN (SELECT hour, max(version) FROM buckets GROUP BY hour)',
  );
}

/** One number to look up, as the SQL puts it together. */
function numbered(ports: readonly ServicePort[]): number[] {
  return ports.map(({ protocol, port }) => protocol * 65536 + port);
}
