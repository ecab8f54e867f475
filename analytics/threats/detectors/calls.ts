import { randomUUID } from 'node:crypto';
import { PROTOCOL } from '../../../ingest/kernel/port';
import { addressText } from '../../conversations/read';
import { classSql } from '../../noise/address-class';
import type { Scene } from '../detector';

/** When one client called one service of one server, as gaps between the beginnings of its connections. */
export interface Calls {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly gaps: number;
  /** Seconds: quartiles of the gaps, and the median absolute deviation from their median. */
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly deviation: number;
  /** Gaps within half of the median. */
  readonly onBeat: number;
  /** Of a call, both ways, in the median. */
  readonly bytes: number;
  /** Epoch seconds. */
  readonly first: number;
  readonly last: number;
  /** Clients that use this service of that server. */
  readonly clients: number;
  /** The client called it before the window too. */
  readonly before: boolean;
}

/** Pairs whose flows are read. */
const MOST_PAIRS = 10_000;
/** What more use than this is popular: a tenth of those who were active, and in a small estate two. */
const MOST_SHARE = 0.1;
const FEW = 2;
/** A connection of which nothing was heard for so long has ended: exporters tell of it at least that often. */
const SILENCE_MICROSECONDS = 300_000_000;
const MOST_CALL_BYTES = 1_000_000;

const BEGIN = 'toDateTime({from:UInt32})';
const END = 'toDateTime({to:UInt32})';

/** Whoever calls often, says little, and is among few to call there: by hourly sums, which are cheap. */
const PAIRS_SQL = `
SELECT p.scope AS scope, p.client AS client, p.server AS server, p.protocol AS protocol, p.port AS port, s.clients AS clients
FROM (
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.protocol AS protocol, c.port AS port, sum(c.connections) AS calls
  FROM current_conversations AS c
  WHERE c.hour >= ${BEGIN} AND c.hour < ${END} AND c.protocol IN (${PROTOCOL.tcp}, ${PROTOCOL.udp}) AND c.direction < 6
    AND ${classSql('c.server')} = 'host'
  GROUP BY scope, client, server, protocol, port
  HAVING calls > {gaps:UInt32} AND sum(c.client_bytes) + sum(c.server_bytes) <= calls * ${MOST_CALL_BYTES}
    AND max(c.last_seen) - min(c.first_seen) >= {seconds:UInt32}
) AS p
INNER JOIN (
  SELECT c.scope AS scope, c.server AS server, c.protocol AS protocol, c.port AS port, uniqExact(c.client) AS clients
  FROM current_conversations AS c WHERE c.hour >= ${BEGIN} AND c.hour < ${END}
  GROUP BY scope, server, protocol, port
) AS s ON s.scope = p.scope AND s.server = p.server AND s.protocol = p.protocol AND s.port = p.port
WHERE clients <= greatest(${FEW}, ${MOST_SHARE} * (
  SELECT uniq(c.client) FROM current_conversations AS c WHERE c.hour >= ${BEGIN} AND c.hour < ${END}))
ORDER BY clients, p.calls DESC, scope, client, server, protocol, port LIMIT ${MOST_PAIRS}`;

/** What the client sent and what it was sent, as far as either was reported, under the client's port. */
const sides = (pairs: string) => {
  const side = (client: string, server: string, up: string, down: string) => `
    SELECT f.scope AS scope, f.${client} AS client, f.${server} AS server, f.protocol AS protocol, f.${server}_port AS port,
      f.${client}_port AS client_port, f.start AS start, f.end AS end, f.exporter AS exporter, ${up} AS up, ${down} AS down
    FROM rated_flows AS f
    WHERE f.start >= toDateTime64({from:UInt32}, 6) AND f.start < toDateTime64({to:UInt32}, 6)
      AND (f.scope, f.${client}, f.${server}, f.protocol, f.${server}_port) IN (SELECT scope, client, server, protocol, port FROM ${pairs})`;
  return `${side('src', 'dst', 'f.bytes', 'f.reverse_bytes')} UNION ALL ${side('dst', 'src', 'f.reverse_bytes', 'f.bytes')}`;
};

/** Pieces of one connection, from whatever exporter, begin it once. */
const callsSql = (pairs: string) => `
SELECT scope, ${addressText('client')} AS client, ${addressText('server')} AS server, protocol, port,
  length(gaps_) AS gaps, quartiles[1] AS lower, quartiles[2] AS median, quartiles[3] AS upper,
  arrayReduce('medianExact', arrayMap(g -> abs(g - median), gaps_)) AS deviation,
  arrayCount(g -> abs(g - median) <= median / 2, gaps_) AS onBeat, toFloat64(bytes_) AS bytes,
  toUnixTimestamp(first_) AS first, toUnixTimestamp(last_) AS last, clients,
  (scope, client_, server_, protocol, port) IN (
    SELECT c.scope, c.client, c.server, c.protocol, c.port FROM current_conversations AS c WHERE c.hour < ${BEGIN}) AS before
FROM (
  SELECT *, client AS client_, server AS server_, arrayReduce('quantilesExact(0.25, 0.5, 0.75)', gaps_) AS quartiles
  FROM (
    SELECT b.scope AS scope, b.client AS client, b.server AS server, b.protocol AS protocol, b.port AS port,
      arraySort(groupArray(toUnixTimestamp64Micro(b.start) / 1e6)) AS starts,
      arrayFilter(g -> g > 0, arrayPopFront(arrayDifference(starts))) AS gaps_,
      medianExact(b.bytes) AS bytes_, min(b.start) AS first_, max(b.start) AS last_, any(p.clients) AS clients
    FROM (
      SELECT scope, client, server, protocol, port, client_port, call, min(start) AS start,
        max(up_) + max(down_) AS bytes
      FROM (
        SELECT scope, client, server, protocol, port, client_port, call, exporter, min(start) AS start, sum(up) AS up_, sum(down) AS down_
        FROM (
          SELECT *, sum(begins) OVER (PARTITION BY scope, client, server, protocol, port, client_port ORDER BY start, end ROWS UNBOUNDED PRECEDING) AS call
          FROM (
            SELECT *, toUnixTimestamp64Micro(start) > ${SILENCE_MICROSECONDS} + max(toUnixTimestamp64Micro(end)) OVER (
              PARTITION BY scope, client, server, protocol, port, client_port ORDER BY start, end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS begins
            FROM (${sides(pairs)})
          )
        )
        GROUP BY scope, client, server, protocol, port, client_port, call, exporter
      )
      GROUP BY scope, client, server, protocol, port, client_port, call
    ) AS b
    INNER JOIN ${pairs} AS p ON p.scope = b.scope AND p.client = b.client AND p.server = b.server AND p.protocol = b.protocol AND p.port = b.port
    GROUP BY scope, client, server, protocol, port
    HAVING length(gaps_) >= {gaps:UInt32} AND toUnixTimestamp(last_) - toUnixTimestamp(first_) >= {seconds:UInt32}
  )
)
ORDER BY scope, client, server, protocol, port`;

/** The calls of pairs that may be beacons, from the raw flows that are still kept. */
export async function findCalls(
  { store, window }: Scene,
  least: { readonly gaps: number; readonly seconds: number },
): Promise<Calls[]> {
  const table = `threat_pairs_${randomUUID().replaceAll('-', '')}`;
  try {
    await store.command(
      `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY (scope, client, server, protocol, port) AS ${PAIRS_SQL}`,
      { ...window, ...least },
    );
    const rows = await store.query<Omit<Calls, 'before'> & { before: 0 | 1 }>(callsSql(table), { ...window, ...least });
    return rows.map((row) => ({ ...row, before: row.before === 1 }));
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}
