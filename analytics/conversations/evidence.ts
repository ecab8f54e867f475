import type { DirectionLevel } from '../model/conversation';
import { MARK } from './observations';

/** Ports below this are hardly ever drawn for clients: Linux draws from 32768, Windows and IANA from 49152. */
export const EPHEMERAL = 32768;

/** A high port that was proved to be a server's is one still, or was one already, so many days later or earlier. */
export const LISTENER_DAYS = 7;

/**
 * The listeners that count for the hours from `from` to `to`, each as one hash.
 *
 * Parameters: `from`, `to`, epoch seconds.
 */
export const KNOWN_LISTENERS_SQL = `
SELECT cityHash64(CAST(scope, 'String'), address, protocol, port) AS listener FROM listeners
GROUP BY listener, port
HAVING port < ${EPHEMERAL}
  OR (min(first) <= toDateTime({to:UInt32}) + INTERVAL ${LISTENER_DAYS} DAY
    AND max(last) >= toDateTime({from:UInt32}) - INTERVAL ${LISTENER_DAYS} DAY)`;

/**
 * Addresses that stood for an end in packets that others translated, each with the end they spoke to in its place. What
 * they say there under their own name is the same traffic, seen behind the translation.
 */
export const RELAYS_SQL = `
SELECT DISTINCT arrayJoin([
  cityHash64(hour, scope, protocol, relay, a, a_port),
  cityHash64(hour, scope, protocol, relay, b, b_port)]) AS relay_of
FROM (SELECT *, arrayJoin(via) AS relay FROM sessions WHERE notEmpty(via))
WHERE relay NOT IN (a, b)`;

/**
 * Ends that are known to answer over UDP: with a registered port, or more than one peer. What they send alone is an
 * answer to a question that was not seen.
 *
 * Parameters: `registered`.
 */
export const ANSWERERS_SQL = `
SELECT cityHash64(hour, scope, address, port) AS answerer
FROM (
  SELECT hour, CAST(scope, 'String') AS scope, a AS address, a_port AS port FROM sessions
  WHERE protocol = 17 AND a_packets > 0 AND b_packets > 0 AND NOT doubtful
  UNION ALL
  SELECT hour, CAST(scope, 'String'), b, b_port FROM sessions
  WHERE protocol = 17 AND a_packets > 0 AND b_packets > 0 AND NOT doubtful
)
GROUP BY hour, scope, address, port
HAVING count() > 1 OR toUInt32(17) * 65536 + port IN {registered:Array(UInt32)}`;

/** An observation point that saw so many established TCP sessions, and of most of them one direction only, is blind. */
const ENOUGH_TO_TELL = 20;

/** Observation points that see one direction only in an hour, as behind asymmetric routes: 64 times the hour, plus the bit. */
export const BLIND_POINTS_SQL = `
SELECT point FROM (
  SELECT intDiv(toUnixTimestamp(hour), 3600) * 64 + arrayJoin(bitPositionsToArray(points)) AS point, a_packets > 0 AND b_packets > 0 AS whole
  FROM sessions
  WHERE protocol = 6 AND NOT doubtful AND (bitAnd(a_flags, 18) = 18 OR bitAnd(b_flags, 18) = 18)
)
GROUP BY point HAVING count() >= ${ENOUGH_TO_TELL} AND countIf(whole) * 2 < count()
ORDER BY point`;

/** What there is to look ends up in beside the session itself. */
export interface KnownBeside {
  /** The table `known_listeners` holds some. */
  readonly listeners: boolean;
  /** The table `relays` holds some. */
  readonly relays: boolean;
  /** The table `answerers` holds some. */
  readonly answerers: boolean;
  /** As `BLIND_POINTS_SQL` gives them. */
  readonly blind: readonly number[];
}

/** DHCP clients receive on a port of their own: who sends there alone is a server. */
const CLIENT_PORTS = '(68, 546)';

/** Level and confidence in one number, the less the better: what a bucket's least one is. */
export function doubt(level: DirectionLevel, confidence: number): number {
  return level * 1000 + Math.round((1 - confidence) * 1000);
}

/**
 * Sessions with what is known of their ends by themselves, as `ruling`: a `doubt`, positive when `a` is the client,
 * negative when `b` is; 0 when nothing is known. In this order:
 *
 * - 1, stated: by the source; the receiver of a multicast or broadcast cannot have asked; a TCP reset alone is an answer.
 * - 5, who speaks unasked: over UDP an answer to nothing does not exist, as a question without answer does. Not where the
 *   sender is known to answer, nor where only one direction is ever seen. Before the registry, because the number of a
 *   port is an accident sooner than silence is.
 * - 2, learned listeners. One on a high port says nothing against a registered port at the other end: one in 16,384 of
 *   the sessions that a host opens comes from the very port it serves.
 * - 3, registry: one port is registered, or both and one of them below 1024, or common where the other is not; at last a
 *   service whose port lies in the range that clients draw from.
 * - 4, ephemeral range.
 *
 * Those whose ports say nothing, or not enough, are to be weighed: TCP, and UDP between equal ports. Counting peers
 * misleads between other UDP ports, where it is wrong in one of five.
 *
 * Parameters: `registered`, `common`, `drawn` (`protocol * 65536 + port`), `blind`.
 */
export function rulingsSql({ listeners, relays, answerers, blind }: KnownBeside): string {
  const among = (side: 'a' | 'b', list: string) =>
    `toUInt32(protocol) * 65536 + ${side}_port IN {${list}:Array(UInt32)}`;
  // Sensors know no scopes: what they saw listening is so in each.
  const listens = (side: 'a' | 'b') =>
    listeners
      ? `(cityHash64('', ${side}, protocol, ${side}_port) IN known_listeners
        OR (scope != '' AND cityHash64(CAST(scope, 'String'), ${side}, protocol, ${side}_port) IN known_listeners))`
      : 'false';
  const cast = (side: 'a' | 'b') =>
    `(reinterpretAsUInt8(substring(reinterpret(${side}, 'FixedString(16)'), 1, 1)) = 255
      OR (startsWith(reinterpret(${side}, 'FixedString(16)'), unhex('00000000000000000000FFFF'))
        AND reinterpretAsUInt8(substring(reinterpret(${side}, 'FixedString(16)'), 13, 1)) BETWEEN 224 AND 239)
      OR ${side} = toIPv6('255.255.255.255'))`;
  const unasked = (side: 'a' | 'b', other: 'a' | 'b') =>
    `protocol = 17 AND ${other}_packets = 0 AND ${other}_port NOT IN ${CLIENT_PORTS} AND NOT ${side}_listens
        ${answerers ? `AND cityHash64(hour, CAST(scope, 'String'), ${side}, ${side}_port) NOT IN answerers` : ''}
        ${blind.length > 0 ? 'AND NOT hasAny(arrayMap(bit -> intDiv(toUnixTimestamp(hour), 3600) * 64 + bit, bitPositionsToArray(points)), {blind:Array(UInt64)})' : ''}`;
  return `
SELECT * EXCEPT (a_listens, b_listens, a_known, b_known, a_common, b_common, a_drawn, b_drawn, a_high, b_high, a_cast, b_cast, doubtful),
  ruling = 0 AND (protocol = 6 OR protocol = 17 AND a_port = b_port)
    OR protocol = 6 AND (least(a_port, b_port) >= 1024 AND abs(ruling) = ${doubt(4, 0.9)} OR abs(ruling) IN (${doubt(3, 0.7)}, ${doubt(3, 0.75)})) AS weighs
FROM (
  SELECT *,
    toInt32(multiIf(
      bitTest(marks, ${MARK.openedByA}) != bitTest(marks, ${MARK.openedByB}), if(bitTest(marks, ${MARK.openedByA}), 1, -1) * ${doubt(1, 0.99)},
      a_cast != b_cast, if(b_cast, 1, -1) * ${doubt(1, 0.99)},
      protocol = 6 AND b_packets = 0 AND a_flags IN (4, 20), -${doubt(1, 0.8)},
      protocol = 6 AND a_packets = 0 AND b_flags IN (4, 20), ${doubt(1, 0.8)},
      protocol NOT IN (6, 17, 132), 0,
      ${unasked('a', 'b')}, if(a_known > b_known, ${doubt(5, 0.7)}, ${doubt(5, 0.9)}),
      ${unasked('b', 'a')}, -if(b_known > a_known, ${doubt(5, 0.7)}, ${doubt(5, 0.9)}),
      a_listens != b_listens, if(b_listens, 1, -1) * ${doubt(2, 0.97)},
      a_known != b_known, if(b_known, 1, -1) * ${doubt(3, 0.95)},
      a_known AND (a_port < 1024) != (b_port < 1024), if(b_port < 1024, 1, -1) * ${doubt(3, 0.85)},
      a_known AND a_common != b_common, if(b_common, 1, -1) * ${doubt(3, 0.7)},
      a_drawn != b_drawn, if(b_drawn, 1, -1) * ${doubt(3, 0.75)},
      a_high != b_high, if(a_high, 1, -1) * ${doubt(4, 0.9)},
      0)) AS ruling
  FROM (
    SELECT *,
      ${listens('a')} AND NOT (a_high AND b_known) AS a_listens,
      ${listens('b')} AND NOT (b_high AND a_known) AS b_listens
    FROM (
      SELECT *, ${among('a', 'registered')} AS a_known, ${among('b', 'registered')} AS b_known,
        ${among('a', 'common')} AS a_common, ${among('b', 'common')} AS b_common,
        ${among('a', 'drawn')} AS a_drawn, ${among('b', 'drawn')} AS b_drawn,
        a_port >= ${EPHEMERAL} AS a_high, b_port >= ${EPHEMERAL} AS b_high,
        ${cast('a')} AS a_cast, ${cast('b')} AS b_cast
      FROM sessions
      WHERE NOT doubtful
        ${relays ? 'AND cityHash64(hour, scope, protocol, a, b, b_port) NOT IN relays AND cityHash64(hour, scope, protocol, b, a, a_port) NOT IN relays' : ''}
    )
  )
)`;
}
