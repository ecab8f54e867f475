import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { OwnUse } from './finding';

/** Targets that fail within an hour in which a client scans. */
const SCANNING = 5;
const MOST_OWN_USES = 100_000;

/** Answered targets of scanners that they also used in hours in which they did not scan. */
const ownUseSql = (contacts: string) => `
SELECT t.scope AS scope, ${addressText('t.client')} AS client, ${addressText('t.server')} AS server,
  toUInt32(t.protocol) * 65536 + t.port AS service
FROM ${contacts} AS t
LEFT JOIN (
  SELECT scope, client, groupArray(hour) AS scanning
  FROM (
    SELECT scope, client, arrayJoin(active) AS hour FROM ${contacts} WHERE failed
    GROUP BY scope, client, hour HAVING count() >= ${SCANNING}
  )
  GROUP BY scope, client
) AS s ON s.scope = t.scope AND s.client = t.client
WHERE t.answered AND t.client IN (SELECT arrayJoin({scanners:Array(IPv6)}))
  AND arrayExists(hour -> NOT has(s.scanning, hour), t.active)
ORDER BY scope, client, server, service
LIMIT ${MOST_OWN_USES} BY scope, client`;

/** @param scanners addresses as IPv6 */
export function findOwnUses(store: Store, contacts: string, scanners: readonly string[]): Promise<OwnUse[]> {
  return store.query<OwnUse>(ownUseSql(contacts), { scanners });
}
