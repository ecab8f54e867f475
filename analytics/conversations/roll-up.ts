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
  /** Raw flows behind that version. */
  readonly known: number;
}

/**
 * Recomputes every hour whose flows changed since it was last rolled up, each as a whole, and swaps it in: readers see
 * an hour's old conversations or its new ones, never both. Running it again changes nothing.
 */
export async function rollUp(
  store: Store,
  ports: ServicePorts,
  progress: Progress = () => undefined,
): Promise<RollUpReport> {
  const stale = await store.query<StaleHour>(
    `SELECT toUnixTimestamp(s.hour) AS hour, toString(s.marked) AS marked, b.version AS version, b.flows AS known
     FROM (SELECT * FROM stale_hours FINAL) AS s LEFT JOIN (SELECT * FROM buckets FINAL) AS b ON b.hour = s.hour
     WHERE s.marked > b.marked ORDER BY s.hour`,
  );
  let flows = 0;
  for (const [index, bucket] of stale.entries()) {
    progress(index, stale.length, formatTime(bucket.hour));
    flows += await rollUpHour(store, ports, bucket);
  }
  progress(stale.length, stale.length, 'done');
  return { hours: stale.length, flows };
}

async function rollUpHour(store: Store, ports: ServicePorts, bucket: StaleHour): Promise<number> {
  const { hour, marked } = bucket;
  // A crashed run may have left rows under the next number: versions only have to grow, so two are taken at a time.
  const [next] = await store.query<{ version: number; flows: number }>(
    `SELECT (SELECT max(version) FROM conversations WHERE hour = toDateTime({hour:UInt32})) + 1 AS version,
       (SELECT count() FROM flows WHERE toStartOfHour(start) = toDateTime({hour:UInt32})) AS flows`,
    { hour },
  );
  let version = next?.version ?? 1;
  const flows = next?.flows ?? 0;
  const sessions = `sessions_${hour}`;
  await store.command(`DROP TABLE IF EXISTS ${sessions}`);
  try {
    await store.command(`CREATE TABLE ${sessions} ENGINE = MergeTree ORDER BY tuple() AS ${SESSIONS_SQL}`, {
      hour,
      registered: numbered(ports.registered),
    });
    await store.command(`INSERT INTO conversations (${CONVERSATION_COLUMNS}) ${conversationsSql(sessions)}`, {
      hour,
      version,
      oneWay: numbered(ports.oneWay),
    });
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${sessions}`);
  }
  if (flows < bucket.known) {
    await store.command(KEEP_KNOWN_SQL, { hour, known: bucket.version, fresh: version, version: version + 1 });
    version += 1;
  }
  await store.insert('buckets', [{ hour, version, marked, flows: Math.max(flows, bucket.known) }]);
  await store.command(
    'DELETE FROM conversations WHERE hour = toDateTime({hour:UInt32}) AND version < {version:UInt64}',
    { hour, version },
  );
  return flows;
}

/** One number to look up, as the SQL puts it together. */
function numbered(ports: readonly ServicePort[]): number[] {
  return ports.map(({ protocol, port }) => protocol * 65536 + port);
}
