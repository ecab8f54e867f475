/** Ports below this are hardly ever drawn for clients: Linux draws from 32768, Windows and IANA from 49152. */
export const EPHEMERAL = 32768;

/** A high port that was proved to be a server's is one still, or was one already, so many days later or earlier. */
const LISTENER_DAYS = 7;

/** How far repetition is looked for in either direction: a nightly job repeats within it. */
const REPETITION_DAYS = 7;

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

/** What there is to look ends up in beside the session itself. */
export interface KnownBeside {
  /** The table `known_listeners` holds some. */
  readonly listeners: boolean;
  /** The table `relays` holds some. */
  readonly relays: boolean;
}

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
 * Sessions with what is known of their ends. Those that neither their source nor their ports decide are to be weighed:
 * TCP between two high or two low ports, or where the one that is not ephemeral is unregistered. Counting peers says
 * nothing for UDP, where it is wrong in one of five.
 *
 * A learned listener on a high port says nothing against a registered port at the other end: one in 16,384 of the
 * sessions that a host opens comes from the very port it serves.
 *
 * Parameters: `registered` (`protocol * 65536 + port` of ports that only servers have).
 */
export function knownEndsSql({ listeners, relays }: KnownBeside): string {
  const known = (side: 'a' | 'b') => `toUInt32(protocol) * 65536 + ${side}_port IN {registered:Array(UInt32)}`;
  // Sensors know no scopes: what they saw listening is so in each.
  const listens = (side: 'a' | 'b') =>
    listeners
      ? `(cityHash64('', ${side}, protocol, ${side}_port) IN known_listeners
        OR (scope != '' AND cityHash64(CAST(scope, 'String'), ${side}, protocol, ${side}_port) IN known_listeners))`
      : 'false';
  return `
SELECT *, protocol = 6 AND (by_number = 6 OR (by_number = 4 AND least(a_port, b_port) >= 1024)) AS weighs
FROM (
  SELECT *,
    multiIf(
      bitTest(marks, 1) != bitTest(marks, 2), 1,
      protocol NOT IN (6, 17, 132), 6,
      a_listens != b_listens, 2,
      a_known != b_known OR (a_known AND (a_port < 1024) != (b_port < 1024)), 3,
      a_high != b_high, 4,
      6) AS by_number
  FROM (
    SELECT *,
      ${listens('a')} AND NOT (a_high AND b_known) AS a_listens,
      ${listens('b')} AND NOT (b_high AND a_known) AS b_listens
    FROM (
      SELECT *, ${known('a')} AS a_known, ${known('b')} AS b_known,
        a_port >= ${EPHEMERAL} AS a_high, b_port >= ${EPHEMERAL} AS b_high
      FROM sessions
      WHERE NOT doubtful
        ${relays ? 'AND cityHash64(hour, scope, protocol, a, b, b_port) NOT IN relays AND cityHash64(hour, scope, protocol, b, a, a_port) NOT IN relays' : ''}
    )
  )
)`;
}

/** The ends of sessions to be weighed, with the sessions each had in an hour. */
export const ENDS_SQL = `
SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) AS id, hour, scope, protocol, address, port, count() AS peers
FROM (
  SELECT scope, protocol, a AS address, a_port AS port, hour FROM weighed
  UNION ALL
  SELECT scope, protocol, b, b_port, hour FROM weighed
)
GROUP BY scope, protocol, address, port, hour`;

/**
 * How much speaks for either end of each session to be weighed: how often the end was used, first between the two hosts,
 * then with anybody, in the hours at hand and those of the days around. A server's port is used again, a client's
 * hardly ever.
 *
 * Parameters: `hours`, `from`, `to`.
 */
export const WEIGHTS_SQL = `
SELECT k1, k2, if(pa.uses != pb.uses, pa.uses, ea.uses) AS a_uses, if(pa.uses != pb.uses, pb.uses, eb.uses) AS b_uses
FROM weighed AS w
INNER JOIN (${pairs('a', 'b')}) AS pa ON pa.pair = cityHash64(CAST(w.scope, 'String'), w.protocol, w.a, w.a_port, w.b)
INNER JOIN (${pairs('b', 'a')}) AS pb ON pb.pair = cityHash64(CAST(w.scope, 'String'), w.protocol, w.b, w.b_port, w.a)
INNER JOIN end_uses AS ea ON ea.id = cityHash64(CAST(w.scope, 'String'), w.protocol, w.a, w.a_port)
INNER JOIN end_uses AS eb ON eb.id = cityHash64(CAST(w.scope, 'String'), w.protocol, w.b, w.b_port)`;

function pairs(here: string, there: string): string {
  return `
  SELECT cityHash64(CAST(scope, 'String'), protocol, ${here}, ${here}_port, ${there}) AS pair, count() AS uses
  FROM weighed GROUP BY pair`;
}

/** Parameters: `hours`, `from`, `to`. */
export const END_USES_SQL = `
SELECT id, sum(peers) AS uses FROM (
  SELECT id, peers FROM ends
  UNION ALL
  SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) AS id, peers
  FROM (SELECT * FROM repetitions FINAL)
  WHERE (address, port) IN (SELECT address, port FROM ends)
    AND hour BETWEEN toDateTime({from:UInt32}) - INTERVAL ${REPETITION_DAYS} DAY
      AND toDateTime({to:UInt32}) + INTERVAL ${REPETITION_DAYS} DAY
    AND hour NOT IN {hours:Array(DateTime)}
)
GROUP BY id`;

/**
 * What later hours will want to know: ends that were used more than once within an hour, and those of sessions that
 * could not be decided.
 *
 * Parameters: `version`.
 */
export const REPETITIONS_SQL = `
INSERT INTO repetitions (scope, address, protocol, port, hour, peers, version)
SELECT scope, address, protocol, port, hour, peers, {version:UInt64}
FROM ends
WHERE peers > 1 OR id IN (
  SELECT arrayJoin([
    cityHash64(CAST(scope, 'String'), protocol, a, a_port),
    cityHash64(CAST(scope, 'String'), protocol, b, b_port)])
  FROM weighed WHERE (k1, k2) IN (SELECT k1, k2 FROM weights WHERE a_uses = b_uses))`;

/**
 * Hours with a session that could not be decided then and can be now: an end that was used in one other hour only, and
 * in these again. With each end this happens once.
 *
 * Parameters: `hours`, `from`, `to`.
 */
export const REPEATED_HOURS_SQL = `
SELECT DISTINCT toUnixTimestamp(hours[1]) AS hour
FROM (
  SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) AS id, groupArray(hour) AS hours, sum(peers) AS uses
  FROM (SELECT * FROM repetitions FINAL)
  WHERE (address, port) IN (SELECT address, port FROM ends)
    AND hour BETWEEN toDateTime({from:UInt32}) - INTERVAL ${REPETITION_DAYS} DAY
      AND toDateTime({to:UInt32}) + INTERVAL ${REPETITION_DAYS} DAY
    AND hour NOT IN {hours:Array(DateTime)}
  GROUP BY id
  HAVING length(hours) = 1 AND uses = 1
)
WHERE id IN (SELECT id FROM ends)`;
