import type { Batch, Mention } from './batch';
import { observationsSql, type Slice } from './observations';

/** Two pieces of one flow that begin and end together within this are one piece told twice, microseconds. */
const INSTANT = 1_000;

/** One that sends so much later than the other is not answering: a timeout cut its flow, microseconds. */
const LONGEST_LEAD = 5_000_000;

/** A session's flows may say so many different things of one kind. */
const MOST_MENTIONED = 32;

/** Columns that every way of counting fills alike. */
const PLAIN = {
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
  a_flags: 'UInt8',
  b_flags: 'UInt8',
  marks: 'UInt32',
  first: 'DateTime64(6)',
  last: 'DateTime64(6)',
  sampling: 'UInt32',
  points: 'UInt64',
} as const;

/** Columns that each way of counting finds by itself. */
const COUNTED = {
  a_packets: 'UInt64',
  b_packets: 'UInt64',
  a_bytes: 'UInt64',
  b_bytes: 'UInt64',
  lead: 'Int32',
  doubtful: 'UInt8',
} as const;

/** Columns that only some batches have, with what they are made of; a session's flows add up to them. */
function further(batch: Batch): { readonly name: string; readonly type: string; readonly sql: string }[] {
  return [
    ...(batch.points === undefined
      ? [{ name: 'reporters', type: 'Array(IPv6)', sql: 'arraySort(groupUniqArray(256)(exporter))' }]
      : []),
    ...(batch.translated || batch.relayed
      ? [{ name: 'via', type: 'Array(IPv6)', sql: 'groupUniqArrayArray(8)(beside)' }]
      : []),
    ...batch.mentions.map((mention) => ({ name: mention.as, type: 'Array(String)', sql: mentioned(mention) })),
  ];
}

function mentioned({ column }: Mention): string {
  return `arraySort(groupUniqArrayIf(${MOST_MENTIONED})(CAST(${column}, 'String'), ${column} != ''))`;
}

/** For what must not be held in memory all at once. */
export const ON_DISK = 'MergeTree ORDER BY tuple()';

/** @param onDisk for sessions that must not be held in memory all at once */
export function createSessionsSql(batch: Batch, onDisk: boolean): string {
  const columns = Object.entries({ ...PLAIN, ...COUNTED }).map(([name, type]) => `${name} ${type}`);
  const more = further(batch).map(({ name, type }) => `${name} ${type}`);
  return `CREATE TABLE sessions (${[...columns, ...more].join(', ')}) ENGINE = ${onDisk ? ON_DISK : 'Memory'}`;
}

function intoSessions(batch: Batch): string {
  const names = [...Object.keys(PLAIN), ...further(batch).map(({ name }) => name), ...Object.keys(COUNTED)];
  return `INSERT INTO sessions (${names.join(', ')})`;
}

/** Everything but the counters, of what both ways of counting have in common. */
function aggregates(batch: Batch): string {
  return [
    'any(hour) AS hour_1, any(scope) AS scope_1, any(facts) AS facts_1, any(a) AS a_1, any(b) AS b_1',
    'groupBitOr(marks) AS marks_1',
    // The earliest start and who sent it, in one number.
    'min(toUnixTimestamp64Micro(start) * 2 + (NOT forward)) AS first_1',
    'max(toUnixTimestamp64Micro(end)) AS last_1',
    `${batch.sampled || batch.source !== 'flows' ? 'max(sampling_rate)' : 'toUInt32(1)'} AS sampling_1`,
    'groupBitOr(if(a_seen, point, 0)) AS a_points_1, groupBitOr(if(b_seen, point, 0)) AS b_points_1',
    ...further(batch).map(({ name, sql }) => `${sql} AS ${name}_1`),
  ].join(',\n    ');
}

const PLAIN_SQL = `k1, k2, hour_1, scope_1, toUInt8(bitAnd(facts_1, 255)), a_1, toUInt16(bitShiftRight(facts_1, 48)),
  b_1, toUInt16(bitAnd(bitShiftRight(facts_1, 32), 65535)), toUInt16(bitAnd(bitShiftRight(facts_1, 8), 65535)),
  toUInt8(bitAnd(marks_1, 255)), toUInt8(bitAnd(bitShiftRight(marks_1, 8), 255)), marks_1,
  fromUnixTimestamp64Micro(began), fromUnixTimestamp64Micro(last_1), sampling_1, bitOr(a_points_1, b_points_1)`;

function furtherNames(batch: Batch): string {
  return further(batch)
    .map(({ name }) => `, ${name}_1`)
    .join('');
}

/**
 * Flows to sessions: both directions of one 5-tuple within one hour, its pieces joined, its reporters reduced to one.
 *
 * Of several reporters the largest count of each direction is taken, never the sum: they saw the same packets, and one
 * of them may have seen only one way. That is the sum where one point reported all pieces, and the largest piece where
 * every point reported one, which is nearly every session and takes one pass. What is neither is marked doubtful, and
 * so is what one point told twice, as routers do that count at ingress and at egress (the same words cancel out, or lie
 * over each other): `exactSessionsSql` looks again.
 */
export function sessionsSql(batch: Batch, slice: Slice): string {
  const counted = (side: 'a' | 'b', what: 'packets' | 'bytes') =>
    `if(${side}_places < 2, ${side}_${what}_sum, ${side}_${what}_most)`;
  return `
${intoSessions(batch)}
SELECT ${PLAIN_SQL}${furtherNames(batch)},
  ${counted('a', 'packets')}, ${counted('b', 'packets')}, ${counted('a', 'bytes')}, ${counted('b', 'bytes')},
  if(a_pieces = 1 AND b_pieces = 1 AND a_points_1 = b_points_1 AND latest - began <= ${LONGEST_LEAD},
    (latest - began) * if(bitTest(first_1, 0), -1, 1), 0),
  (a_places > 1 AND a_pieces > a_places) OR (b_places > 1 AND b_pieces > b_places)
    OR ((a_pieces > a_places OR b_pieces > b_places)
      AND (repeated = 0 OR told > 1.5 * (greatest(last_1 - began, 0) + ${INSTANT}) * ((a_pieces > 0) + (b_pieces > 0))))
    ${batch.points === undefined ? 'OR (least_point != most_point AND greatest(a_pieces, b_pieces) > 1)' : ''}
FROM (
  SELECT *, intDiv(first_1, 2) AS began, bitCount(a_points_1) AS a_places, bitCount(b_points_1) AS b_places,
    bitAnd(pieces, 4294967295) AS a_pieces, bitShiftRight(pieces, 32) AS b_pieces
  FROM (
    SELECT k1, k2,
    ${aggregates(batch)},
    sum(a_packets) AS a_packets_sum, sum(b_packets) AS b_packets_sum, sum(a_bytes) AS a_bytes_sum, sum(b_bytes) AS b_bytes_sum,
    max(a_packets) AS a_packets_most, max(b_packets) AS b_packets_most, max(a_bytes) AS a_bytes_most, max(b_bytes) AS b_bytes_most,
    sum(a_seen + 4294967296 * b_seen) AS pieces, max(toUnixTimestamp64Micro(start)) AS latest,
    sum((greatest(toUnixTimestamp64Micro(end) - toUnixTimestamp64Micro(start), 0) + ${INSTANT}) * (a_seen + b_seen)) AS told,
    groupBitXor(cityHash64(a_seen, b_seen, start, end)) AS repeated
    ${batch.points === undefined ? ', min(point_hash) AS least_point, max(point_hash) AS most_point' : ''}
    FROM (${observationsSql(batch, slice)})
    GROUP BY k1, k2
  )
)`;
}

/** Flows between hosts with a doubtful session; not where translation puts other hosts in their place. */
const NEAR_DOUBTFUL = `AND bitXor(cityHash64(f.src), cityHash64(f.dst)) IN (
  SELECT bitXor(cityHash64(a), cityHash64(b)) FROM sessions WHERE doubtful)`;

/**
 * The sessions that `sessionsSql` marked doubtful, counted point by point. Pieces of one point that lie over each other
 * in time are copies: as many as their lengths come to, against the time they lie in.
 */
export function exactSessionsSql(batch: Batch, slice: Slice): string {
  const direction = (side: 'a' | 'b') => `
      sum(${side}_packets) AS ${side}_packets_sum, sum(${side}_bytes) AS ${side}_bytes_sum,
      max(${side}_packets) AS ${side}_packets_most, max(${side}_bytes) AS ${side}_bytes_most,
      greatest(1, round(
        sumIf(greatest(toUnixTimestamp64Micro(end) - toUnixTimestamp64Micro(start), 0) + ${INSTANT}, ${side}_seen)
        / greatest(1, intervalLengthSumIf(toUnixTimestamp64Micro(start), greatest(toUnixTimestamp64Micro(end), toUnixTimestamp64Micro(start)) + ${INSTANT}, ${side}_seen)))) AS ${side}_copies`;
  const counted = (side: 'a' | 'b', what: 'packets' | 'bytes') =>
    `max(if(${side}_copies < 2, ${side}_${what}_sum, greatest(${side}_${what}_most, toUInt64(${side}_${what}_sum / ${side}_copies))))`;
  const once = ['hour', 'scope', 'facts', 'a', 'b'].map((name) => `any(${name}_1) AS ${name}_1`);
  const ored = ['marks', 'a_points', 'b_points'].map((name) => `groupBitOr(${name}_1) AS ${name}_1`);
  const lists = further(batch).map(({ name }) => `groupUniqArrayArray(64)(${name}_1) AS ${name}_1`);
  return `
${intoSessions(batch)}
SELECT ${PLAIN_SQL}${furtherNames(batch)}, a_packets_1, b_packets_1, a_bytes_1, b_bytes_1, 0, 0
FROM (
  SELECT *, intDiv(first_1, 2) AS began
  FROM (
    SELECT k1, k2, ${[...once, ...ored, ...lists].join(', ')},
      min(first_1) AS first_1, max(last_1) AS last_1, max(sampling_1) AS sampling_1,
      ${counted('a', 'packets')} AS a_packets_1, ${counted('b', 'packets')} AS b_packets_1,
      ${counted('a', 'bytes')} AS a_bytes_1, ${counted('b', 'bytes')} AS b_bytes_1
    FROM (
      SELECT k1, k2, ${aggregates(batch)},${direction('a')},${direction('b')}
      FROM (${observationsSql(batch, slice, batch.translated ? '' : NEAR_DOUBTFUL)})
      WHERE (k1, k2) IN (SELECT k1, k2 FROM sessions WHERE doubtful)
      GROUP BY k1, k2, point_hash
    )
    GROUP BY k1, k2
  )
)`;
}
