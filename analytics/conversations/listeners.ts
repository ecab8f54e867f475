import type { Store } from '../../ingest/store';
import { MARK } from './observations';

/**
 * Who was proved to serve: a session whose source says who opened it, and that was answered.
 *
 * Parameters: `learned`, epoch microseconds.
 */
export const LEARN_LISTENERS_SQL = `
INSERT INTO listeners (scope, address, protocol, port, source, first, last, learned, name)
SELECT scope, if(bitTest(marks, ${MARK.openedByA}), b, a) AS address, protocol, if(bitTest(marks, ${MARK.openedByA}), b_port, a_port) AS port, 'stated',
  min(first), max(last), fromUnixTimestamp64Micro({learned:Int64}), ''
FROM sessions
WHERE NOT doubtful AND protocol IN (6, 17, 132) AND bitTest(marks, ${MARK.openedByA}) != bitTest(marks, ${MARK.openedByB}) AND NOT bitTest(marks, ${MARK.denied})
  AND if(bitTest(marks, ${MARK.openedByA}), b_packets, a_packets) > 0
  AND (protocol != 6 OR bitAnd(if(bitTest(marks, ${MARK.openedByA}), b_flags, a_flags), 6) IN (0, 2))
GROUP BY scope, address, protocol, port`;

/** What sensors saw offering a service since listeners were last learned. */
export async function learnFromSightings(store: Store, learned: number): Promise<void> {
  await store.command(
    `INSERT INTO listeners (scope, address, protocol, port, source, first, last, learned, name)
     SELECT '', address, protocol, port, 'sighting', min(seen), max(seen), fromUnixTimestamp64Micro({learned:Int64}), anyLast(value)
     FROM sightings
     WHERE kind = 'listener' AND port > 0 AND protocol > 0
       AND received > (SELECT max(learned) FROM listeners WHERE source = 'sighting')
     GROUP BY address, protocol, port`,
    { learned },
  );
}

/**
 * Hours that what was learned of late puts in another light: where a listener was taken for the client, or was the
 * server on weak evidence only. Wrong clients are found by their port, of which their conversations keep the range.
 *
 * @param since epoch microseconds
 * @returns epoch seconds
 */
export async function hoursToReconsider(store: Store, since: number): Promise<number[]> {
  const rows = await store.query<{ hour: number }>(
    `WITH fresh AS (
       SELECT scope, address, protocol, port, min(learned) AS first_learned, min(first) AS first_seen, max(last) AS last_seen
       FROM listeners GROUP BY scope, address, protocol, port
       HAVING first_learned >= fromUnixTimestamp64Micro({since:Int64})
     )
     SELECT DISTINCT toUnixTimestamp(c.hour) AS hour
     FROM (
       SELECT hour, scope, client AS address, protocol, client_port_low AS low, client_port_high AS high
       FROM current_conversations
       WHERE direction > 2 AND client IN (SELECT address FROM fresh)
       UNION ALL
       SELECT hour, scope, server, protocol, port, port
       FROM current_conversations
       WHERE direction > 4 AND (server, port) IN (SELECT address, port FROM fresh)
     ) AS c
     INNER JOIN fresh AS f ON f.address = c.address AND f.protocol = c.protocol
     WHERE f.scope IN ('', c.scope) AND f.port BETWEEN c.low AND c.high
       AND (f.port < 32768 OR c.hour BETWEEN f.first_seen - INTERVAL 7 DAY AND f.last_seen + INTERVAL 7 DAY)
     ORDER BY hour`,
    { since },
  );
  return rows.map(({ hour }) => hour);
}
