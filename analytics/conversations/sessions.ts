import type { Batch, Mention } from './batch';
import { observationsSql, type Slice } from './observations';

/** Two pieces of one flow that begin and end together within this are one piece told twice, microseconds. */
const INSTANT = 1_000;

/** One that sends so much later than the other is not answering: a timeout cut its flow, microseconds. */
const LONGEST_LEAD = 5_000_000;

/** Of one session, what each flow added; a mention is kept up to so many times. */
const MOST_MENTIONED = 4;

/** The bits of `marks`. */
const MARKS = { denied: 1, openedByA: 2, openedByB: 4 } as const;

const MARKS_SQL = `denied * ${MARKS.denied} + multiIf(opened = 0, 0, (opened = 1) = forward, ${MARKS.openedByA}, ${MARKS.openedByB})`;

/** Columns of `sessions`, with what they are called while a session is still being put together. */
const COLUMNS = {
  k1: 'UInt64',
  k2: 'UInt64',
  hour: 'DateTime',
  scope: 'LowCardinality(String)',
  protocol: 'UInt8',
  a: 'IPv6',
  a_port: 'UInt16',
  b: 'IPv6',
  b_port: 'UInt16',
  request: 'UInt16',
  a_packets: 'UInt64',
  b_packets: 'UInt64',
  a_bytes: 'UInt64',
  b_bytes: 'UInt64',
  a_flags: 'UInt8',
  b_flags: 'UInt8',
  marks: 'UInt8',
  lead: 'Int32',
  first: 'DateTime64(6)',
  last: 'DateTime64(6)',
  sampling: 'UInt32',
  points: 'UInt64',
  doubtful: 'UInt8',
} as const;

function columnsOf(batch: Batch): [name: string, type: string][] {
  return [
    ...Object.entries(COLUMNS),
    ...(batch.points === undefined ? [['reporters', 'Array(IPv6)'] as [string, string]] : []),
    ...(batch.translated || batch.relayed ? [['via', 'Array(IPv6)'] as [string, string]] : []),
    ...batch.mentions.map(({ as }) => [as, 'Array(String)'] as [string, string]),
  ];
}

/** @param onDisk for sessions that must not be held in memory all at once */
export function createSessionsSql(batch: Batch, onDisk: boolean): string {
  const columns = columnsOf(batch).map(([name, type]) => `${name} ${type}`);
  return `CREATE TABLE sessions (${columns.join(', ')}) ENGINE = ${onDisk ? 'MergeTree ORDER BY tuple()' : 'Memory'}`;
}

/** What both ways of counting have in common: everything but the counters. */
function aggregates(batch: Batch): string {
  return [
    'any(hour) AS hour_1, any(scope) AS scope_1, any(protocol) AS protocol_1, any(request) AS request_1',
    'any(a) AS a_1, any(a_port) AS a_port_1, any(b) AS b_1, any(b_port) AS b_port_1',
    'groupBitOr(a_flags) AS a_flags_1, groupBitOr(b_flags) AS b_flags_1',
    `groupBitOr(toUInt8(${MARKS_SQL})) AS marks_1`,
    'min(start) AS first_1, minIf(start, a_packets > 0) AS a_first_1, minIf(start, b_packets > 0) AS b_first_1',
    'max(end) AS last_1, max(sampling_rate) AS sampling_1, groupBitOr(point) AS points_1',
    ...(batch.points === undefined ? ['groupUniqArray(exporter) AS reporters_1'] : []),
    ...(batch.translated || batch.relayed ? ['groupUniqArrayArray(8)(beside) AS via_1'] : []),
    ...batch.mentions.map(mentioned),
  ].join(',\n  ');
}

function mentioned({ column, as }: Mention): string {
  return `groupUniqArrayIf(${MOST_MENTIONED})(CAST(${column}, 'String'), ${column} != '') AS ${as}_1`;
}

/**
 * Flows to sessions: both directions of one 5-tuple within one hour, its pieces joined, its reporters reduced to one.
 *
 * Of several reporters the largest count of each direction is taken, never the sum: they saw the same packets, and one
 * of them may have seen only one way. That is the sum where one point reported all pieces, and the largest piece where
 * every point reported one, which is nearly every session and takes one pass. What is neither is marked doubtful, and
 * so is what one point told twice (as routers that count at ingress and at egress do): `exactSessionsSql` looks again.
 */
export function sessionsSql(batch: Batch, slice: Slice): string {
  return `
INSERT INTO sessions (${columnsOf(batch)
    .map(([name]) => name)
    .join(', ')})
SELECT k1, k2, hour_1, scope_1, protocol_1, a_1, a_port_1, b_1, b_port_1, request_1,
  if(alone, a_sum, a_most), if(alone, b_sum, b_most), if(alone, a_bytes_sum, a_bytes_most), if(alone, b_bytes_sum, b_bytes_most),
  a_flags_1, b_flags_1, marks_1,
  if(alone AND a_pieces > 0 AND b_pieces > 0 AND abs(b_started - a_started) <= ${LONGEST_LEAD}, b_started - a_started, 0),
  first_1, last_1, sampling_1, points_1,
  if(alone, greatest(a_pieces, b_pieces) > 1 AND told > 1.5 * (toUnixTimestamp64Micro(last_1) - toUnixTimestamp64Micro(first_1) + ${INSTANT}) * ((a_pieces > 0) + (b_pieces > 0)),
    greatest(a_pieces, b_pieces) > bitCount(points_1)) AS doubtful_1
  ${further(batch)}
FROM (
  SELECT k1, k2, ${aggregates(batch)},
    sum(a_packets) AS a_sum, sum(b_packets) AS b_sum, sum(a_bytes) AS a_bytes_sum, sum(b_bytes) AS b_bytes_sum,
    max(a_packets) AS a_most, max(b_packets) AS b_most, max(a_bytes) AS a_bytes_most, max(b_bytes) AS b_bytes_most,
    countIf(a_packets > 0) AS a_pieces, countIf(b_packets > 0) AS b_pieces,
    sum((toUnixTimestamp64Micro(end) - toUnixTimestamp64Micro(start) + ${INSTANT}) * ((a_packets > 0) + (b_packets > 0))) AS told,
    toUnixTimestamp64Micro(a_first_1) AS a_started, toUnixTimestamp64Micro(b_first_1) AS b_started,
    bitCount(points_1) = 1 AS alone
  FROM (${observationsSql(batch, slice)})
  GROUP BY k1, k2
)`;
}

function further(batch: Batch): string {
  const names = [
    ...(batch.points === undefined ? ['reporters_1'] : []),
    ...(batch.translated || batch.relayed ? ['via_1'] : []),
    ...batch.mentions.map(({ as }) => `${as}_1`),
  ];
  return names.map((name) => `, ${name}`).join('');
}

/**
 * The sessions that `sessionsSql` marked doubtful, counted point by point. Pieces of one point that lie over each other
 * in time are copies: as many as their lengths come to, against the time they lie in.
 */
export function exactSessionsSql(batch: Batch, slice: Slice): string {
  const direction = (side: 'a' | 'b') => `
      sum(${side}_packets) AS ${side}_sum, sum(${side}_bytes) AS ${side}_bytes_sum,
      max(${side}_packets) AS ${side}_most, max(${side}_bytes) AS ${side}_bytes_most,
      countIf(${side}_packets > 0) AS ${side}_pieces,
      sumIf(toUnixTimestamp64Micro(end) - toUnixTimestamp64Micro(start) + ${INSTANT}, ${side}_packets > 0)
        / (maxIf(toUnixTimestamp64Micro(end), ${side}_packets > 0) - minIf(toUnixTimestamp64Micro(start), ${side}_packets > 0) + ${INSTANT}) AS ${side}_copies`;
  const counted = (side: 'a' | 'b', what: '' | 'bytes_') => {
    const copies = `greatest(1, round(${side}_copies))`;
    return `max(if(${side}_pieces < 2 OR ${side}_copies < 1.5, ${side}_${what}sum, greatest(${side}_${what}most, toUInt64(${side}_${what}sum / ${copies}))))`;
  };
  return `
INSERT INTO sessions (${columnsOf(batch)
    .map(([name]) => name)
    .join(', ')})
SELECT k1, k2, any(hour_1), any(scope_1), any(protocol_1), any(a_1), any(a_port_1), any(b_1), any(b_port_1), any(request_1),
  ${counted('a', '')}, ${counted('b', '')}, ${counted('a', 'bytes_')}, ${counted('b', 'bytes_')},
  groupBitOr(a_flags_1), groupBitOr(b_flags_1), groupBitOr(marks_1), 0, min(first_1), max(last_1), max(sampling_1), groupBitOr(points_1), 0
  ${further(batch).replaceAll(/\w+_1/g, (name) => `groupUniqArrayArray(8)(${name})`)}
FROM (
  SELECT k1, k2, ${aggregates(batch)},${direction('a')},${direction('b')}
  FROM (${observationsSql(batch, slice)})
  WHERE (k1, k2) IN (SELECT k1, k2 FROM sessions WHERE doubtful)
  GROUP BY k1, k2, point_hash
)
GROUP BY k1, k2`;
}
