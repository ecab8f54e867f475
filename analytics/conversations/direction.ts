import { MENTIONS, type Batch } from './batch';
import { doubt } from './evidence';
import { MARK } from './observations';

/** So many times the use overrules what the number of a port says, where that is little. */
const OVERRULES = 3;

const OUTCOME = { established: 0, refused: 1, unanswered: 2, halfOpen: 3, denied: 4 } as const;

/** A bucket's lists are kept to so many entries. */
export const MOST_LISTED = 32;

/** Every column that a roll-up fills, in the order of `conversationsSql`. */
export const CONVERSATION_COLUMNS = [
  'hour',
  'version',
  'scope',
  'client',
  'server',
  'protocol',
  'port',
  'client_from',
  'server_from',
  'connections',
  'established',
  'refused',
  'unanswered',
  'half_open',
  'denied',
  'stated',
  'client_packets',
  'server_packets',
  'client_bytes',
  'server_bytes',
  'first_seen',
  'last_seen',
  'direction',
  'confidence',
  'client_port_low',
  'client_port_high',
  'sampling',
  'reporters',
  'points',
  'via',
  ...MENTIONS.map(({ as }) => as),
] as const;

export interface Deciding {
  readonly batch: Batch;
  /** Whether `weights` holds any session. */
  readonly weighed: boolean;
  /** Whether `handovers` holds any address. */
  readonly handovers: boolean;
}

function withWeights(weighed: boolean): string {
  const unweighed = 'SELECT *, 0 AS a_uses, 0 AS b_uses, 0 AS a_role, 0 AS b_role FROM ruled';
  if (!weighed) return unweighed;
  return `
${unweighed} WHERE NOT weighs
UNION ALL
SELECT s.*, w.a_uses AS a_uses, w.b_uses AS b_uses, w.a_role AS a_role, w.b_role AS b_role
FROM (SELECT * FROM ruled WHERE weighs) AS s INNER JOIN weights AS w ON w.k1 = s.k1 AND w.k2 = s.k2`;
}

/**
 * The client of each session by the best evidence there is (`DIRECTION_LEVELS`), and what became of it.
 *
 * Where the ports leave it open, the end that is used more often serves, as clearly as it is used more often (at most
 * 0.9); else the one that serves the other elsewhere (0.8); else the one that sent later (0.75), if one point timed both;
 * else, at level 6, the one with the lower port (0.5).
 *
 * Established: TCP unless it was refused (a reset instead of SYN-ACK) or left half open (the client never acknowledged),
 * or, where only one direction was seen, once its own flags show the handshake done; UDP and ICMP when something came
 * back, or the service never answers by nature; other protocols always. A SYN-ACK alone, without the SYN that asked for
 * it, is backscatter or half of a half-open connection.
 */
function decidedSql(weighed: boolean): string {
  // The least `doubt` is the best level with its best confidence.
  // A SELECT for each step: an expression that uses aliases of its own SELECT is written out once for every use.
  return `
SELECT *,
  multiIf(
    denied, ${OUTCOME.denied},
    protocol = 6 AND s_packets = 0, if(c_ack AND bitAnd(c_flags, 11) != 0, ${OUTCOME.established}, ${OUTCOME.unanswered}),
    protocol = 6 AND s_rst AND NOT s_syn AND bitAnd(s_flags, 9) = 0 AND (c_packets = 0 OR (c_syn AND NOT c_ack)), ${OUTCOME.refused},
    protocol = 6 AND c_packets = 0 AND s_flags IN (18, 22), ${OUTCOME.halfOpen},
    protocol = 6 AND s_syn AND c_syn AND NOT c_ack AND (NOT without_acks OR bitTest(c_flags, 2) OR c_packets = 1), ${OUTCOME.halfOpen},
    protocol = 17 AND s_packets = 0 AND toUInt32(17) * 65536 + server_port NOT IN {oneWay:Array(UInt32)}, ${OUTCOME.unanswered},
    protocol IN (1, 58) AND s_packets = 0, ${OUTCOME.unanswered},
    ${OUTCOME.established}) AS outcome
FROM (
  SELECT *, bitTest(marks, ${MARK.denied}) AS denied, bitTest(marks, ${MARK.withoutAcks}) AS without_acks,
    bitTest(c_flags, 1) AS c_syn, bitTest(c_flags, 4) AS c_ack, bitTest(s_flags, 1) AS s_syn, bitTest(s_flags, 2) AS s_rst
  FROM (
    SELECT * EXCEPT (a, b, a_port, b_port, a_packets, b_packets, a_bytes, b_bytes, a_flags, b_flags),
      if(a_is_client, a, b) AS client, if(a_is_client, b, a) AS server,
      if(a_is_client, a_port, b_port) AS client_port,
      multiIf(protocol IN (1, 58), request, a_is_client, b_port, a_port) AS server_port,
      if(a_is_client, a_packets, b_packets) AS c_packets, if(a_is_client, b_packets, a_packets) AS s_packets,
      if(a_is_client, a_bytes, b_bytes) AS c_bytes, if(a_is_client, b_bytes, a_bytes) AS s_bytes,
      if(a_is_client, a_flags, b_flags) AS c_flags, if(a_is_client, b_flags, a_flags) AS s_flags
    FROM (
      SELECT *, verdict > 0 AS a_is_client, abs(verdict) AS doubt
      FROM (
        SELECT *,
          toInt32(multiIf(
            ruling > 0 AND a_uses >= ${OVERRULES} * greatest(b_uses, 1) OR ruling = 0 AND a_uses > b_uses, -${byUse('b', 'a')},
            ruling < 0 AND b_uses >= ${OVERRULES} * greatest(a_uses, 1) OR ruling = 0 AND b_uses > a_uses, ${byUse('a', 'b')},
            ruling != 0, ruling,
            a_role != b_role, if(b_role, 1, -1) * ${doubt(5, 0.8)},
            lead != 0, if(lead > 0, 1, -1) * ${doubt(5, 0.75)},
            if(a_port >= b_port, 1, -1) * ${doubt(6, 0.5)})) AS verdict
        FROM (${withWeights(weighed)})
      )
    )
  )
)`;
}

/** The more often used end serves: as sure as the other one is used less often. */
function byUse(client: 'a' | 'b', server: 'a' | 'b'): string {
  return `toInt32(${doubt(5, 1)} + greatest(100, round(1000 * ${client}_uses / greatest(${server}_uses, 1))))`;
}

/**
 * Sessions to conversations: the client port is dropped, and what is left the same is added up.
 *
 * Parameters: `version`, `oneWay` (`protocol * 65536 + port` of services that never answer); `exporters`,
 * `reporters` (by bit) where the batch knows its points.
 */
export function conversationsSql({ batch, weighed, handovers }: Deciding): string {
  const listed = (name: string, there: boolean) =>
    there ? `arraySlice(arraySort(groupUniqArrayArray(${name})), 1, ${MOST_LISTED})` : '[]';
  const bits = 'bitPositionsToArray(groupBitOr(points))';
  const reporters =
    batch.points === undefined
      ? 'arraySort(groupUniqArrayArray(reporters))'
      : `arraySort(arrayDistinct(arrayMap(bit -> {exporters:Array(IPv6)}[bit + 1], ${bits})))`;
  const points =
    batch.points === undefined
      ? '[]'
      : `arraySlice(arraySort(arrayFilter(name -> name != '', arrayDistinct(arrayMap(bit -> {reporters:Array(String)}[bit + 1], ${bits})))), 1, ${MOST_LISTED})`;
  const asOf = (side: 'client' | 'server') =>
    handovers ? `if(of_${side}.at > toDateTime64(0, 3), toDateTime(of_${side}.at), d.hour)` : 'd.hour';
  const handover = (side: 'client' | 'server') =>
    `ASOF LEFT JOIN handovers AS of_${side} ON of_${side}.address = d.${side} AND of_${side}.hour = d.hour AND of_${side}.at <= d.first`;
  return `
INSERT INTO conversations (${CONVERSATION_COLUMNS.join(', ')})
SELECT any(hour_1), {version:UInt64}, any(scope_1), any(client_1), any(server_1), any(protocol_1), any(server_port),
  any(client_from_1), any(server_from_1), count(),
  countIf(outcome = ${OUTCOME.established}), countIf(outcome = ${OUTCOME.refused}), countIf(outcome = ${OUTCOME.unanswered}),
  countIf(outcome = ${OUTCOME.halfOpen}), countIf(outcome = ${OUTCOME.denied}), countIf(doubt < 2000 AND outcome = ${OUTCOME.established}),
  sum(c_packets), sum(s_packets), sum(c_bytes), sum(s_bytes),
  min(first), max(last), intDiv(min(doubt), 1000), 1 - (min(doubt) % 1000) / 1000,
  min(client_port), max(client_port), max(sampling),
  ${reporters}, ${points}, ${listed('via', batch.translated || batch.relayed)},
  ${MENTIONS.map((mention) => listed(mention.as, batch.mentions.includes(mention))).join(', ')}
FROM (
  SELECT *,
    cityHash64(client_1, server_1) AS k3,
    cityHash64(hour_1, protocol_1, server_port, scope_1, client_from_1, server_from_1, k3) AS k4
  FROM (
    SELECT d.* EXCEPT (hour, scope, client, server, protocol),
      d.hour AS hour_1, d.scope AS scope_1, d.client AS client_1, d.server AS server_1, d.protocol AS protocol_1,
      ${asOf('client')} AS client_from_1, ${asOf('server')} AS server_from_1
    FROM (${decidedSql(weighed)}) AS d
    ${handovers ? `${handover('client')} ${handover('server')}` : ''}
  )
)
GROUP BY k3, k4`;
}
