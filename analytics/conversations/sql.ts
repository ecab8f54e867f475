/** Ports below this are hardly ever drawn for clients: Linux draws from 32768, Windows and IANA from 49152. */
const EPHEMERAL = 32768;

/**
 * Flows of some hours to sessions: both directions of one 5-tuple, its pieces joined, its reporters reduced to one.
 * Endpoints are ordered (`a` below `b`) so that the two directions meet whoever sent first.
 *
 * Of several reporters the largest count of each direction is taken, never the sum: they saw the same packets, and one
 * of them may have seen only one way. Counters are scaled by the sampling rate where it is known, or was set.
 *
 * ICMP has no ports to tell sessions apart: a reply belongs to its request (8/0, 13/14, 15/16, 17/18; ICMPv6 128/129),
 * and errors (ICMP 3, 4, 5, 11, 12; ICMPv6 1 to 4) belong to the traffic they report on, which stateful filters know.
 * IPv6 neighbour discovery (133 to 137) never leaves its link.
 *
 * Parameters: `hours` (epoch seconds), `registered` (`protocol * 65536 + port` of ports only servers have).
 */
export const SESSIONS_SQL = `
WITH
  protocol IN (1, 58) AS icmp,
  intDiv(dst_port, 256) AS icmp_type,
  (protocol = 1 AND icmp_type IN (0, 14, 16, 18)) OR (protocol = 58 AND icmp_type = 129) AS icmp_reply,
  multiIf(NOT icmp, 0, NOT icmp_reply, dst_port, icmp_type = 0, 2048, dst_port - 256) AS asked,
  if(icmp, 0, src_port) AS sport,
  if(icmp, 0, dst_port) AS dport,
  (src, sport) <= (dst, dport) AS forward,
  multiIf(
    initiator = 1, 1,
    initiator = 2, -1,
    icmp_reply, -1,
    icmp, 1,
    protocol = 6 AND bitAnd(tcp_flags, 18) = 2, 1,
    protocol = 6 AND bitAnd(reverse_tcp_flags, 18) = 2, -1,
    0) AS opened_by_src
SELECT hour, scope, protocol, a, a_port, b, b_port, request,
  toUInt32(protocol) * 65536 + a_port IN {registered:Array(UInt32)} AS a_known,
  toUInt32(protocol) * 65536 + b_port IN {registered:Array(UInt32)} AS b_known,
  max(a_packets_1) AS a_packets, max(b_packets_1) AS b_packets,
  max(a_bytes_1) AS a_bytes, max(b_bytes_1) AS b_bytes,
  groupBitOr(a_flags_1) AS a_flags, groupBitOr(b_flags_1) AS b_flags,
  sum(stated_1) AS stated,
  min(a_first_1) <= min(b_first_1) AS a_sent_first,
  min(first_1) AS first, max(last_1) AS last,
  max(denied_1) AS denied,
  groupUniqArray(exporter) AS reporters,
  protocol = 6 AND stated = 0 AND NOT (a_known != b_known) AND NOT (a_known AND (a_port < 1024) != (b_port < 1024))
    AND (a_port >= ${EPHEMERAL}) = (b_port >= ${EPHEMERAL}) AS needs_fan
FROM (
  SELECT toStartOfHour(start) AS hour, scope, protocol, toUInt16(asked) AS request, exporter,
    if(forward, src, dst) AS a, toUInt16(if(forward, sport, dport)) AS a_port,
    if(forward, dst, src) AS b, toUInt16(if(forward, dport, sport)) AS b_port,
    sum(if(forward, scaled_packets, scaled_reverse_packets)) AS a_packets_1,
    sum(if(forward, scaled_reverse_packets, scaled_packets)) AS b_packets_1,
    sum(if(forward, scaled_bytes, scaled_reverse_bytes)) AS a_bytes_1,
    sum(if(forward, scaled_reverse_bytes, scaled_bytes)) AS b_bytes_1,
    groupBitOr(if(forward, tcp_flags, reverse_tcp_flags)) AS a_flags_1,
    groupBitOr(if(forward, reverse_tcp_flags, tcp_flags)) AS b_flags_1,
    sum(toInt32(if(forward, opened_by_src, -opened_by_src))) AS stated_1,
    min(if(forward, start, toDateTime64('2299-01-01', 6))) AS a_first_1,
    min(if(forward, toDateTime64('2299-01-01', 6), start)) AS b_first_1,
    min(start) AS first_1, max(end) AS last_1,
    max(verdict = 2) AS denied_1
  FROM rated_flows
  WHERE toStartOfHour(start) IN {hours:Array(DateTime)}
    AND NOT (protocol = 1 AND icmp_type IN (3, 4, 5, 11, 12))
    AND NOT (protocol = 58 AND (icmp_type BETWEEN 1 AND 4 OR icmp_type BETWEEN 133 AND 137))
  GROUP BY hour, scope, protocol, request, exporter, domain, reporter, observed, a, a_port, b, b_port
)
GROUP BY hour, scope, protocol, a, a_port, b, b_port, request`;

/** How many distinct peers each endpoint had within the hour, for the endpoints of sessions that nothing better decides. */
function fanSql(sessions: string): string {
  return `
SELECT hour, scope, address, port, uniqExact(peer, peer_port) AS fan
FROM (
  SELECT hour, scope, a AS address, a_port AS port, b AS peer, b_port AS peer_port FROM ${sessions} WHERE protocol = 6
  UNION ALL
  SELECT hour, scope, b, b_port, a, a_port FROM ${sessions} WHERE protocol = 6
)
WHERE (hour, scope, address, port) IN (
  SELECT hour, scope, a, a_port FROM ${sessions} WHERE needs_fan
  UNION ALL
  SELECT hour, scope, b, b_port FROM ${sessions} WHERE needs_fan
)
GROUP BY hour, scope, address, port`;
}

function withFans(sessions: string): string {
  const fans = fanSql(sessions);
  return `
SELECT *, 0 AS a_fan, 0 AS b_fan FROM ${sessions} WHERE NOT needs_fan
UNION ALL
SELECT s.*, fa.fan AS a_fan, fb.fan AS b_fan
FROM (SELECT * FROM ${sessions} WHERE needs_fan) AS s
INNER JOIN (${fans}) AS fa ON fa.hour = s.hour AND fa.scope = s.scope AND fa.address = s.a AND fa.port = s.a_port
INNER JOIN (${fans}) AS fb ON fb.hour = s.hour AND fb.scope = s.scope AND fb.address = s.b AND fb.port = s.b_port`;
}

/**
 * Sessions to conversations: the client is decided per session by the best evidence there is (`DIRECTION_LEVELS`), then
 * the client port is dropped. Confidence: 0.99 stated; 0.95 one registered port, 0.85 two of which one is below 1024;
 * 0.9 ephemeral range; fan-in by how clear it is, at most 0.9; 0.5 lower port. Equal ports (NTP, NetBIOS, IKE) say
 * nothing: there the earlier sender is taken, at level 6.
 *
 * Answered: TCP unless it was refused (a reset instead of SYN-ACK), or, where only one direction was seen, once the
 * client's own flags show the handshake done; UDP and ICMP when something came back, or the service never answers by
 * nature; other protocols always.
 *
 * Parameters: `version`, `oneWay` (`protocol * 65536 + port` of services that never answer).
 */
export function conversationsSql(sessions: string): string {
  return `
WITH
  protocol IN (6, 17, 132) AS ported,
  multiIf(
    stated != 0, 1,
    ported AND a_known != b_known, 3,
    ported AND a_known AND (a_port < 1024) != (b_port < 1024), 3,
    ported AND (a_port >= ${EPHEMERAL}) != (b_port >= ${EPHEMERAL}), 4,
    a_fan != b_fan, 5,
    6) AS level,
  multiIf(
    stated != 0, stated > 0,
    level = 3 AND a_known != b_known, b_known,
    level = 3, b_port < 1024,
    level = 4, a_port >= ${EPHEMERAL},
    level = 5, b_fan > a_fan,
    a_port != b_port, a_port > b_port,
    a_sent_first) AS a_is_client,
  multiIf(
    level = 1, 0.99,
    level = 3 AND a_known != b_known, 0.95,
    level = 3, 0.85,
    level = 4, 0.9,
    level = 5, least(0.9, 1 - least(a_fan, b_fan) / greatest(a_fan, b_fan)),
    0.5) AS sureness,
  if(a_is_client, a_packets, b_packets) AS c_packets,
  if(a_is_client, b_packets, a_packets) AS s_packets,
  if(a_is_client, a_flags, b_flags) AS c_flags,
  if(a_is_client, b_flags, a_flags) AS s_flags,
  multiIf(protocol IN (1, 58), request, a_is_client, b_port, a_port) AS server_port,
  bitTest(s_flags, 2) AND NOT bitTest(s_flags, 1)
    AND (c_packets = 0 OR (bitTest(c_flags, 1) AND NOT bitTest(c_flags, 4))) AS refused,
  multiIf(
    protocol = 6 AND s_packets > 0, NOT refused,
    protocol = 6, bitTest(c_flags, 4) AND bitAnd(c_flags, 11) != 0,
    protocol = 17, s_packets > 0 OR toUInt32(17) * 65536 + server_port IN {oneWay:Array(UInt32)},
    protocol IN (1, 58), s_packets > 0,
    1) AS answered
SELECT hour, {version:UInt64} AS version,
  scope, if(a_is_client, a, b) AS client, if(a_is_client, b, a) AS server, protocol, server_port AS port,
  count() AS connections, countIf(answered AND NOT denied) AS established, countIf(denied) AS denied_connections,
  sum(c_packets) AS client_packets, sum(s_packets) AS server_packets,
  sum(if(a_is_client, a_bytes, b_bytes)) AS client_bytes, sum(if(a_is_client, b_bytes, a_bytes)) AS server_bytes,
  min(first) AS first_seen, max(last) AS last_seen,
  min(level) AS direction, argMax(sureness, (-toInt8(level), sureness)) AS confidence,
  arraySort(groupUniqArrayArray(reporters)) AS all_reporters
FROM (${withFans(sessions)})
GROUP BY hour, scope, client, server, protocol, port`;
}

/** The columns `conversationsSql` fills, in its order. */
export const CONVERSATION_COLUMNS =
  'hour, version, scope, client, server, protocol, port, connections, established, denied, client_packets, ' +
  'server_packets, client_bytes, server_bytes, first_seen, last_seen, direction, confidence, reporters';

/**
 * A bucket whose raw flows have partly expired cannot be recomputed, only added to: what was known and what is seen
 * now are joined by the larger count, which doubles nothing that both hold.
 */
export const KEEP_KNOWN_SQL = `
INSERT INTO conversations (${CONVERSATION_COLUMNS})
SELECT hour, {version:UInt64}, scope, client, server, protocol, port,
  max(connections), max(established), max(denied), max(client_packets), max(server_packets), max(client_bytes),
  max(server_bytes), min(first_seen), max(last_seen), min(direction), argMin(confidence, direction),
  arraySort(groupUniqArrayArray(reporters))
FROM conversations
WHERE hour = toDateTime({hour:UInt32}) AND version IN ({known:UInt64}, {fresh:UInt64})
GROUP BY hour, scope, client, server, protocol, port`;
