import { POINT_SQL, type Batch } from './batch';
import { TRANSLATIONS_SQL, TUPLE_SQL } from './translation';

/** Bits of `marks` above the flags: a firewall denied it; one of the ends opened it; lone ACKs are not recorded. */
export const MARK = { denied: 16, openedByA: 17, openedByB: 18, withoutAcks: 19 } as const;

/** One of several parts of a batch, so that no statement holds more than a part; both directions fall into one. */
export interface Slice {
  readonly index: number;
  readonly of: number;
}

/**
 * Flows of some hours with their session's key: one row per flow. Endpoints are ordered by hash (`a` is the lesser) so
 * that the two directions meet whoever sent first, and `forward` says whether the flow goes from `a` to `b`.
 *
 * The key is two 64-bit hashes of the 5-tuple, the scope and the hour: grouping by it takes a third of the time that
 * grouping by the addresses themselves takes, and 128 bits do not collide.
 *
 * ICMP has no ports to tell sessions apart: a reply belongs to its request (8/0, 13/14, 15/16, 17/18; ICMPv6 128/129),
 * and errors (ICMP 3, 4, 5, 11, 12; ICMPv6 1 to 4) belong to the traffic they report on, which stateful filters know.
 * IPv6 neighbour discovery (133 to 137) never leaves its link.
 *
 * Who opened it: as the source says; a TCP SYN without ACK; an ICMP request. A SYN-ACK is the server's where it is one
 * packet's; else flags are OR-ed over all packets of a flow. AWS records no lone ACKs, so that there it is always so.
 *
 * Counters and flags come by end. `facts` holds what is the same for all flows of a session in one number, `marks` what
 * adds up by OR: flags of `a`, flags of `b`, and `MARK`. Aggregating few wide numbers takes half the time of many
 * narrow ones. `point` is a bit of where it was counted. Where points are too many for a bit each, some share one.
 *
 * Parameters: `hours`; `points` and `bits` where the batch knows its points.
 */
export function observationsSql(batch: Batch, { index, of }: Slice, only = ''): string {
  const { mentions, points, relayed, sampled, source, translated } = batch;
  const counter = (name: string) =>
    source !== 'flows' ? `f.scaled_${name}` : sampled ? `greatest(f.sampling_rate, 1) * f.${name}` : `f.${name}`;
  const end = (name: string) => (translated ? `if(t.found, t.${name}, f.${name})` : `f.${name}`);
  const part = (one: string, other: string) => `bitXor(cityHash64(${one}), cityHash64(${other})) % ${of} = ${index}`;
  const beside = [
    ...(translated ? ['t.names'] : []),
    ...(relayed ? ["arrayFilter(name -> name != toIPv6('::'), [f.via_src, f.via_dst])"] : []),
  ];
  return `
SELECT *,
  forward OR a_packets > 0 AS a_seen, NOT forward OR b_packets > 0 AS b_seen,
  if(forward, x, y) AS a, if(forward, y, x) AS b,
  cityHash64(hour, protocol, request, scope, if(forward, hx, hy), if(forward, hy, hx)) AS k1,
  cityHash64(hx + hy, scope, hour, toUInt32(x_port) + y_port, protocol, request) AS k2,
  bitOr(
    bitShiftLeft(bitOr(bitShiftLeft(toUInt64(if(forward, x_port, y_port)), 16), if(forward, y_port, x_port)), 32),
    bitOr(bitShiftLeft(toUInt32(request), 8), protocol)) AS facts
FROM (
  SELECT *,
    if(forward, packets, reverse_packets) AS a_packets, if(forward, reverse_packets, packets) AS b_packets,
    if(forward, bytes, reverse_bytes) AS a_bytes, if(forward, reverse_bytes, bytes) AS b_bytes,
    toUInt32(if(forward, tcp_flags, reverse_tcp_flags)) + 256 * toUInt32(if(forward, reverse_tcp_flags, tcp_flags))
      + ${2 ** MARK.denied} * denied + ${2 ** MARK.withoutAcks} * without_acks + multiIf(opened = 0, 0, (opened = 1) = forward, ${2 ** MARK.openedByA}, ${2 ** MARK.openedByB}) AS marks
  FROM (
    SELECT *, cityHash64(x, x_port) AS hx, cityHash64(y, y_port) AS hy, hx <= hy AS forward
    FROM (
      SELECT toStartOfHour(f.start) AS hour, f.scope AS scope, f.protocol AS protocol, f.exporter AS exporter,
        f.start AS start, f.end AS end, ${mentions.map(({ column }) => `f.${column} AS ${column}, `).join('')}
        ${POINT_SQL} AS point_hash, bitShiftLeft(toUInt64(1), ${points === undefined ? 'point_hash % 64' : 'transform(point_hash, {points:Array(UInt64)}, {bits:Array(UInt8)}, toUInt8(0))'}) AS point,
        ${end('src')} AS x, ${end('dst')} AS y,
        f.protocol IN (1, 58) AS icmp, intDiv(f.dst_port, 256) AS icmp_type,
        (f.protocol = 1 AND icmp_type IN (0, 14, 16, 18)) OR (f.protocol = 58 AND icmp_type = 129) AS icmp_reply,
        toUInt16(multiIf(NOT icmp, 0, NOT icmp_reply, f.dst_port, icmp_type = 0, 2048, f.dst_port - 256)) AS request,
        toUInt16(if(icmp, 0, ${end('src_port')})) AS x_port,
        toUInt16(if(icmp, 0, ${end('dst_port')})) AS y_port,
        ${['packets', 'reverse_packets', 'bytes', 'reverse_bytes'].map((name) => `${counter(name)} AS ${name}`).join(', ')},
        f.tcp_flags AS tcp_flags, f.reverse_tcp_flags AS reverse_tcp_flags,
        f.sampling_rate AS sampling_rate, f.verdict = 2 AS denied, f.format = 'aws-vpc' AS without_acks,
        multiIf(
          f.initiator = 1, 1,
          f.initiator = 2, -1,
          icmp, if(icmp_reply, -1, 1),
          f.protocol != 6, 0,
          bitAnd(f.tcp_flags, 18) = 2, 1,
          bitAnd(f.reverse_tcp_flags, 18) = 2 OR bitAnd(f.tcp_flags, 63) = 18 AND f.packets = 1
            OR without_acks AND bitAnd(f.tcp_flags, 18) = 18, -1,
          bitAnd(f.reverse_tcp_flags, 63) = 18 AND f.reverse_packets = 1, 1,
          0) AS opened
        ${beside.length === 0 ? '' : `, arrayConcat(${beside.join(', ')}) AS beside`}
      FROM ${source} AS f
      ${translated ? `LEFT ANY JOIN (${TRANSLATIONS_SQL}) AS t ON t.tuple = ${TUPLE_SQL}` : ''}
      WHERE toStartOfHour(f.start) IN {hours:Array(DateTime)}
        AND NOT (f.protocol = 1 AND icmp_type IN (3, 4, 5, 11, 12))
        AND NOT (f.protocol = 58 AND (icmp_type BETWEEN 1 AND 4 OR icmp_type BETWEEN 133 AND 137))
        ${only}
        ${of === 1 || translated ? '' : `AND ${part('f.src', 'f.dst')}`}
    )
    ${of === 1 || !translated ? '' : `WHERE ${part('x', 'y')}`}
  )
)`;
}
