import type { Store } from '../../ingest/store';
import { EPHEMERAL, LISTENER_DAYS } from './evidence';
import { MARK } from './observations';

/** A listener that is seen on is written again once its span has grown by so much: often enough, next to a week. */
const GROWN = 'INTERVAL 1 DAY';

/** One that was silent for so long says something new about the days around. */
const PAUSED = 'INTERVAL 2 DAY';

/** What is new of listeners, or known for longer than before. Parameters: `learned`, epoch microseconds. */
function learn(source: 'stated' | 'sighting', found: string): string {
  return `
INSERT INTO listeners (scope, address, protocol, port, source, first, last, learned, name)
SELECT n.scope, n.address, n.protocol, n.port, '${source}', n.began, n.ended,
  if(k.ended = toDateTime(0) OR n.began > k.ended + ${PAUSED} OR n.ended < k.began - ${PAUSED}, fromUnixTimestamp64Micro({learned:Int64}), k.noted), n.called
FROM (${found}) AS n
LEFT ANY JOIN (
  SELECT scope, address, protocol, port, min(first) AS began, max(last) AS ended, max(learned) AS noted FROM listeners
  WHERE source = '${source}' GROUP BY scope, address, protocol, port
) AS k ON k.scope = n.scope AND k.address = n.address AND k.protocol = n.protocol AND k.port = n.port
WHERE k.ended = toDateTime(0) OR n.began < k.began OR n.ended > k.ended + ${GROWN}`;
}

const A_OPENED = `bitTest(marks, ${MARK.openedByA})`;

/** Who was proved to serve: a session whose source says who opened it, and that was answered. */
export const LEARN_LISTENERS_SQL = learn(
  'stated',
  `SELECT CAST(scope, 'String') AS scope, if(${A_OPENED}, b, a) AS address, protocol, if(${A_OPENED}, b_port, a_port) AS port,
     toDateTime(min(first)) AS began, toDateTime(max(last)) AS ended, '' AS called
   FROM sessions
   WHERE NOT doubtful AND protocol IN (6, 17, 132) AND ${A_OPENED} != bitTest(marks, ${MARK.openedByB})
     AND NOT bitTest(marks, ${MARK.denied}) AND if(${A_OPENED}, b_packets, a_packets) > 0
     AND (protocol != 6 OR bitAnd(if(${A_OPENED}, b_flags, a_flags), 6) != 4)
   GROUP BY scope, address, protocol, port`,
);

/** What sensors saw offering a service. */
export const LEARN_SIGHTINGS_SQL = learn(
  'sighting',
  `SELECT '' AS scope, address, protocol, port, toDateTime(min(seen)) AS began, toDateTime(max(seen)) AS ended, anyLast(value) AS called
   FROM sightings
   WHERE kind = 'listener' AND port > 0 AND protocol > 0
   GROUP BY address, protocol, port`,
);

/** What inventories list, and no roll-up has considered. Parameters: `learned`. */
export const LEARN_INVENTORY_SQL = `
INSERT INTO listeners (scope, address, protocol, port, source, first, last, learned, name)
SELECT l.scope, l.address, l.protocol, l.port, 'inventory', min(l.first), max(l.last), fromUnixTimestamp64Micro({learned:Int64}), anyLast(l.name)
FROM listeners AS l WHERE l.source = 'inventory'
GROUP BY l.scope, l.address, l.protocol, l.port
HAVING max(l.learned) = toDateTime64(0, 6)`;

/**
 * Hours that what was learned of late puts in another light: where a listener was taken for the client, or was the
 * server on weak evidence only. Wrong clients are found by their port, of which their conversations keep the range; a high
 * port does not overrule a registered one.
 *
 * @param since epoch microseconds
 * @returns epoch seconds
 */
export async function hoursToReconsider(store: Store, since: number): Promise<number[]> {
  const rows = await store.query<{ hour: number }>(
    `WITH fresh AS (
       SELECT scope, address, protocol, port, max(learned) AS last_learned, min(first) AS first_seen, max(last) AS last_seen
       FROM listeners GROUP BY scope, address, protocol, port
       HAVING last_learned >= fromUnixTimestamp64Micro({since:Int64})
     )
     SELECT DISTINCT toUnixTimestamp(c.hour) AS hour
     FROM (
       SELECT hour, scope, client AS address, protocol, client_port_low AS low, client_port_high AS high,
         direction > 3 OR confidence < 0.8 AS weak
       FROM current_conversations
       WHERE direction > 2 AND client IN (SELECT address FROM fresh)
       UNION ALL
       SELECT hour, scope, server, protocol, port, port, true
       FROM current_conversations
       WHERE direction > 4 AND (server, port) IN (SELECT address, port FROM fresh)
     ) AS c
     INNER JOIN fresh AS f ON f.address = c.address AND f.protocol = c.protocol
     WHERE f.scope IN ('', c.scope) AND f.port BETWEEN c.low AND c.high
       AND (f.port < ${EPHEMERAL} OR c.weak AND c.hour BETWEEN
         f.first_seen - INTERVAL ${LISTENER_DAYS} DAY AND f.last_seen + INTERVAL ${LISTENER_DAYS} DAY)
     ORDER BY hour`,
    { since },
  );
  return rows.map(({ hour }) => hour);
}
