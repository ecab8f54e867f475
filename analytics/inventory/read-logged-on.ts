import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Window } from '../model/topology';
import { IN_WINDOW } from './descriptions';
import { MOST_USERS, type LoggedOn } from './logged-on';
import { GAP_SECONDS } from './users';

/** Workloads and addresses whose users are kept, those with most log-ons first. */
const MOST_PLACES = 200_000;

const SEEN_IN_WINDOW = `
SELECT '' AS scope, address, value AS user, toDateTime64(seen, 3) AS first, toDateTime64(seen, 3) AS last FROM sightings
WHERE kind = 'user' AND seen < toDateTime({to:Int64}) AND seen >= toDateTime({from:Int64} - {gap:Int64})
UNION ALL
SELECT scope, address, user, since AS first, until AS last FROM log_ons FINAL
WHERE since < toDateTime64({to:Int64}, 3) AND until >= toDateTime64({from:Int64} - {gap:Int64}, 3)`;
const HELD_IN_WINDOW = `SELECT scope, address, since, until, workload FROM current_owners WHERE ${IN_WINDOW}`;

/** Who was logged on where in a window (epoch seconds, end exclusive): for eight hours from when they were last seen. */
export async function readLoggedOn(store: Store, { from, to }: Window): Promise<LoggedOn> {
  const rows = await store.query<{ workload: string; address: string; users: string[] }>(
    `SELECT s.workload AS workload, s.address AS address,
       arrayMap(one -> one.2, arraySlice(arraySort(one -> (-one.1, one.2), groupArray((times, user))), 1, {each:UInt8})) AS users
     FROM (
       SELECT h.workload AS workload, '' AS address, u.user AS user, count() AS times
       FROM (${SEEN_IN_WINDOW}) AS u INNER JOIN (${HELD_IN_WINDOW}) AS h ON h.address = u.address
       WHERE u.first < h.until AND u.last >= h.since AND (u.scope IN ('', h.scope) OR h.scope = '')
       GROUP BY h.workload, u.user
       UNION ALL
       SELECT '' AS workload, ${addressText('u.address')} AS address, u.user AS user, count() AS times
       FROM (${SEEN_IN_WINDOW}) AS u WHERE u.address NOT IN (SELECT address FROM (${HELD_IN_WINDOW}))
       GROUP BY u.address, u.user
     ) AS s
     GROUP BY s.workload, s.address ORDER BY sum(s.times) DESC, s.workload, s.address LIMIT {most:UInt32}`,
    { from, to, gap: Math.min(GAP_SECONDS, from), each: MOST_USERS, most: MOST_PLACES },
  );
  return {
    byWorkload: new Map(rows.flatMap(({ workload, users }) => (workload === '' ? [] : [[workload, users]]))),
    byAddress: new Map(rows.flatMap(({ address, users }) => (address === '' ? [] : [[address, users]]))),
  };
}
