import { addressText } from '../../conversations/read';
import { classSql } from '../../noise/address-class';
import type { Scene } from '../detector';

/** What one address sent in one hour of the window, against what it sent before. Bytes; times are epoch seconds. */
export interface SentHour {
  readonly scope: string;
  readonly address: string;
  /** `out` of the estate, or `in`side it as a client. */
  readonly way: 'in' | 'out';
  readonly hour: number;
  readonly bytes: number;
  /** Who got most of it. */
  readonly peer: string;
  readonly peerBytes: number;
  /** Days it was known before the window. */
  readonly days: number;
  /** Hours that it is compared with, those without traffic among them, and in words which they are. */
  readonly samples: number;
  readonly compared: string;
  /** Median of the logarithms of one more than they were. */
  readonly usual: number;
  /** The most of any hour before. */
  readonly most: number;
  /** Modified z-score. */
  readonly score: number;
}

const MOST_HOURS = 10_000;
/** Comparable hours: four of them have a median that one outlier does not move. */
const LEAST_SAMPLES = 4;
/** The 0.75 quantile of the normal distribution makes the deviation comparable to a standard deviation. */
const NORMAL = 0.6745;
/** Of logarithms: where every hour was alike, a factor of six is unusual, and not a byte more. */
const LEAST_DEVIATION = 0.35;

const BEGIN = 'toDateTime({from:UInt32})';

/** Bytes by hour, sender and receiver. From inside to inside only what clients push: answers are what servers are for. */
const sentSql = (inside: (column: string) => string, when: string) => `
  SELECT c.scope AS scope, c.client AS address, c.server AS peer, if(${inside('c.server')}, 'in', 'out') AS way, c.hour AS hour, c.client_bytes AS bytes
  FROM current_conversations AS c
  WHERE ${when} AND ${inside('c.client')} AND ${classSql('c.server')} = 'host' AND c.established > 0 AND c.direction < 6
  UNION ALL
  SELECT c.scope AS scope, c.server AS address, c.client AS peer, 'out' AS way, c.hour AS hour, c.server_bytes AS bytes
  FROM current_conversations AS c
  WHERE ${when} AND ${inside('c.server')} AND NOT ${inside('c.client')} AND c.established > 0 AND c.direction < 6`;

function hoursSql(inside: (column: string) => string): string {
  const recent = `
    SELECT scope, address, way, hour, sum(sent) AS bytes, argMax(peer, sent) AS peer_, max(sent) AS peer_bytes
    FROM (
      SELECT scope, address, way, hour, peer, sum(bytes) AS sent
      FROM (${sentSql(inside, `c.hour >= ${BEGIN} AND c.hour < toDateTime({to:UInt32})`)})
      GROUP BY scope, address, way, hour, peer
    )
    GROUP BY scope, address, way, hour HAVING bytes >= {least:UInt64}
    ORDER BY bytes DESC, scope, address, way, hour LIMIT ${MOST_HOURS}`;
  const history = `
    SELECT scope, address, way, groupArray((hour, bytes)) AS past
    FROM (
      SELECT scope, address, way, hour, sum(s.bytes) AS bytes FROM (${sentSql(inside, `c.hour < ${BEGIN}`)}) AS s
      WHERE (scope, address) IN (SELECT scope, address FROM (${recent}))
      GROUP BY scope, address, way, hour
    )
    GROUP BY scope, address, way`;
  const known = `
    SELECT scope, address, min(hour) AS since
    FROM (
      SELECT end.1 AS scope, end.2 AS address, hour FROM (
        SELECT arrayJoin([(c.scope, c.client), (c.scope, c.server)]) AS end, c.hour AS hour FROM current_conversations AS c WHERE c.hour < ${BEGIN}
      )
      WHERE (scope, address) IN (SELECT scope, address FROM (${recent}))
    )
    GROUP BY scope, address`;
  const logOf = (bytes: string) => `log(1 + toFloat64(${bytes}))`;
  const atHour = (every: number) =>
    `arrayMap(at -> ${logOf(`past_bytes[toUnixTimestamp(at)]`)}, arrayFilter(at -> at < ${BEGIN}, arrayMap(n -> hour_ - toIntervalSecond(n * ${every}), range(1, toUInt32(1 + intDiv(toUnixTimestamp(hour_) - toUnixTimestamp(since), ${every}))))))`;
  return `
SELECT scope, ${addressText('address')} AS address, way, toUnixTimestamp(hour_) AS hour, toFloat64(bytes_) AS bytes,
  ${addressText('peer_')} AS peer, toFloat64(peer_bytes) AS peerBytes, days, length(samples_) AS samples, compared, usual, most,
  ${NORMAL} * (${logOf('bytes_')} - usual) / greatest(${LEAST_DEVIATION}, deviation) AS score
FROM (
  SELECT *, arrayReduce('medianExact', samples_) AS usual,
    arrayReduce('medianExact', arrayMap(x -> abs(x - usual), samples_)) AS deviation
  FROM (
    SELECT *,
      multiIf(length(weekly) >= ${LEAST_SAMPLES}, 'at that hour of the week', 'at that hour of the day') AS compared,
      if(length(weekly) >= ${LEAST_SAMPLES}, weekly, daily) AS samples_
    FROM (
      SELECT r.scope AS scope, r.address AS address, r.way AS way, r.hour AS hour_, r.bytes AS bytes_, r.peer_ AS peer_, r.peer_bytes AS peer_bytes,
        k.since AS since, (toUnixTimestamp(${BEGIN}) - toUnixTimestamp(k.since)) / 86400 AS days,
        mapFromArrays(arrayMap(p -> toUnixTimestamp(p.1), h.past), arrayMap(p -> p.2, h.past)) AS past_bytes,
        toFloat64(arrayMax(arrayPushBack(arrayMap(p -> p.2, h.past), toUInt64(0)))) AS most,
        ${atHour(7 * 86_400)} AS weekly, ${atHour(86_400)} AS daily
      FROM (${recent}) AS r
      LEFT JOIN (${history}) AS h ON h.scope = r.scope AND h.address = r.address AND h.way = r.way
      INNER JOIN (${known}) AS k ON k.scope = r.scope AND k.address = r.address
    )
  )
)
ORDER BY scope, address, way, hour_`;
}

/** Hours in which somebody of the estate sent at least so much. */
export function findSent({ store, window, estate }: Scene, least: number): Promise<SentHour[]> {
  return store.query<SentHour>(
    hoursSql((column) => estate.insideSql(column)),
    { ...window, ...estate.params, least },
  );
}
