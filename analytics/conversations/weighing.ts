/** How far repetition is looked for in either direction: a nightly job repeats within it. */
const REPETITION_DAYS = 7;

/** Ports that hand out others: MS-RPC's endpoint mapper, FTP, portmap, Java RMI, Erlang's port mapper. */
const CONTROL_PORTS = '(135, 21, 111, 1099, 4369)';

/** So many sessions with one end serving, and none the other way round, tell the roles of a pair. */
const ENOUGH_FOR_ROLES = 3;

const END = (side: 'a' | 'b') => `cityHash64(CAST(w.scope, 'String'), w.protocol, w.${side}, w.${side}_port)`;

const AROUND = `hour BETWEEN toDateTime({from:UInt32}) - INTERVAL ${REPETITION_DAYS} DAY
      AND toDateTime({to:UInt32}) + INTERVAL ${REPETITION_DAYS} DAY`;

const NEARBY = `${AROUND} AND hour NOT IN {hours:Array(DateTime)}`;

/** The sessions that their ports do not decide. */
export const WEIGHED_SQL = `
SELECT k1, k2, hour, scope, protocol, a, a_port, b, b_port, ruling = 0 AS open FROM ruled WHERE weighs`;

/** The ends of sessions to be weighed, with all the sessions each had in an hour. */
export const ENDS_SQL = `
SELECT id, hour, any(scope_1) AS scope, any(protocol_1) AS protocol, any(address_1) AS address, any(port_1) AS port, count() AS peers
FROM (
  SELECT ${END('a')} AS id, hour, scope AS scope_1, protocol AS protocol_1, a AS address_1, a_port AS port_1
  FROM ruled AS w WHERE protocol IN (6, 17)
  UNION ALL
  SELECT ${END('b')}, hour, scope, protocol, b, b_port FROM ruled AS w WHERE protocol IN (6, 17)
)
WHERE id IN (SELECT arrayJoin([${END('a')}, ${END('b')}]) FROM weighed AS w)
GROUP BY id, hour`;

/**
 * How often each end was used, in the hours at hand and those of the days around.
 *
 * Parameters: `hours`, `from`, `to`.
 */
export const END_USES_SQL = `
SELECT id, sum(peers) AS uses FROM (
  SELECT id, peers FROM ends
  UNION ALL
  SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) AS id, peers
  FROM (SELECT * FROM repetitions FINAL)
  WHERE (address, port) IN (SELECT address, port FROM ends) AND ${NEARBY}
)
GROUP BY id`;

/**
 * Who served whom in the sessions that are decided, for pairs of hosts with one that is not: what speaks for an end
 * besides its own use. A control channel hands out the ports of the very sessions that nobody can tell.
 */
export const ROLES_SQL = `
SELECT cityHash64(hour, scope, server, client) AS id, count() + ${ENOUGH_FOR_ROLES} * max(port IN ${CONTROL_PORTS}) AS sessions
FROM (
  SELECT hour, CAST(scope, 'String') AS scope, if(ruling > 0, b, a) AS server, if(ruling > 0, a, b) AS client,
    if(ruling > 0, b_port, a_port) AS port
  FROM ruled
  WHERE ruling != 0 AND NOT weighs AND abs(ruling) < 5000
    AND cityHash64(least(a, b), greatest(a, b)) IN (SELECT cityHash64(least(a, b), greatest(a, b)) FROM weighed WHERE open)
)
GROUP BY hour, scope, server, client`;

/**
 * What speaks for either end of each session to be weighed: how often the end was used, first between the two hosts, then
 * with anybody (a server's port is used again, a client's hardly ever); and what it is to the other elsewhere.
 */
export const WEIGHTS_SQL = `
SELECT k1, k2, if(pa.uses != pb.uses, pa.uses, ea.uses) AS a_uses, if(pa.uses != pb.uses, pb.uses, eb.uses) AS b_uses,
  if(ra.sessions >= ${ENOUGH_FOR_ROLES} AND rb.sessions = 0, 1, 0) AS a_role,
  if(rb.sessions >= ${ENOUGH_FOR_ROLES} AND ra.sessions = 0, 1, 0) AS b_role
FROM weighed AS w
INNER JOIN (${pairs('a', 'b')}) AS pa ON pa.pair = cityHash64(w.hour, CAST(w.scope, 'String'), w.protocol, w.a, w.a_port, w.b)
INNER JOIN (${pairs('b', 'a')}) AS pb ON pb.pair = cityHash64(w.hour, CAST(w.scope, 'String'), w.protocol, w.b, w.b_port, w.a)
INNER JOIN end_uses AS ea ON ea.id = ${END('a')}
INNER JOIN end_uses AS eb ON eb.id = ${END('b')}
LEFT ANY JOIN roles AS ra ON ra.id = cityHash64(w.hour, CAST(w.scope, 'String'), w.a, w.b)
LEFT ANY JOIN roles AS rb ON rb.id = cityHash64(w.hour, CAST(w.scope, 'String'), w.b, w.a)`;

function pairs(here: string, there: string): string {
  return `
  SELECT cityHash64(hour, CAST(scope, 'String'), protocol, ${here}, ${here}_port, ${there}) AS pair, count() AS uses
  FROM weighed GROUP BY pair`;
}

/**
 * What later hours will want to know: ends that were used more than once within an hour, and those of sessions that
 * could not be decided, then or in the days around.
 *
 * Parameters: `version`, `hours`, `from`, `to`.
 */
export const REPETITIONS_SQL = `
INSERT INTO repetitions (scope, address, protocol, port, hour, peers, version)
SELECT scope, address, protocol, port, hour, peers, {version:UInt64}
FROM ends
WHERE peers > 1 OR id IN (
  SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) FROM repetitions
  WHERE (address, port) IN (SELECT address, port FROM ends) AND ${NEARBY}) OR id IN (
  SELECT arrayJoin([${END('a')}, ${END('b')}])
  FROM weighed AS w WHERE open AND (k1, k2) IN (SELECT k1, k2 FROM weights WHERE a_uses = b_uses))`;

/**
 * Hours with a session that could not be decided then and can be now: an end that was used once in one other hour only,
 * and in these for the first time. With each end this happens once.
 *
 * Parameters: `hours`, `from`, `to`.
 */
export const REPEATED_HOURS_SQL = `
SELECT DISTINCT toUnixTimestamp(hours[1]) AS hour
FROM (
  SELECT cityHash64(CAST(scope, 'String'), protocol, address, port) AS id, groupArray(hour) AS hours, sum(peers) AS uses
  FROM (SELECT * FROM repetitions FINAL)
  WHERE (address, port) IN (SELECT address, port FROM ends) AND ${AROUND}
  GROUP BY id
  HAVING length(hours) = 1 AND uses = 1 AND NOT has({hours:Array(DateTime)}, hours[1])
)
WHERE id IN (SELECT id FROM ends)`;
