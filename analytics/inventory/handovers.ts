import { markHoursStale, type Store } from '../../ingest/store';

/**
 * When addresses changed hands within given hours, not on the hour: `scope`, `address`, `at` (DateTime64(3), whole
 * seconds). Owners begin and end on whole seconds, so `at` is as of when the next owner's flows are to be resolved.
 *
 * A conversation's scope need not be its owner's (an address without a claim of its own scope is resolved by the unscoped
 * one, or the only one there is), so whoever joins this does so by address alone: a boundary too many costs one row.
 *
 * Parameters: `hours`.
 */
export const HANDOVERS_SQL = `
SELECT DISTINCT scope, address, at
FROM (
  SELECT scope, address, arrayJoin([since, until]) AS at FROM current_owners
  WHERE until >= toDateTime64(arrayMin({hours:Array(DateTime)}), 3)
    AND since < toDateTime64(arrayMax({hours:Array(DateTime)}), 3) + INTERVAL 1 HOUR
)
WHERE at > toDateTime64(arrayMin({hours:Array(DateTime)}), 3)
  AND at < toDateTime64(arrayMax({hours:Array(DateTime)}), 3) + INTERVAL 1 HOUR
  AND toStartOfHour(at) IN {hours:Array(DateTime)} AND at != toStartOfHour(at)`;

/** Boundaries that one version of the owners has and the one that counts has not, or the other way round. */
const MOVED_SQL = `
SELECT DISTINCT toStartOfHour(at) AS hour
FROM (
  SELECT scope, address, at
  FROM (
    SELECT scope, address, arrayJoin([since, until]) AS at, 1 AS side FROM owners
    WHERE version = {version:UInt64} AND workload != ''
    UNION ALL
    SELECT scope, address, arrayJoin([since, until]) AS at, 0 AS side FROM current_owners
    WHERE (address, scope) IN (SELECT address, scope FROM owners WHERE version = {version:UInt64})
  )
  WHERE at > toDateTime64('1970-01-02 00:00:00', 3) AND at < toDateTime64('2106-01-01 00:00:00', 3)
  GROUP BY scope, address, at HAVING uniqExact(side) = 1
)
WHERE at != toStartOfHour(at) AND toStartOfHour(at) IN (SELECT hour FROM buckets)`;

/**
 * Makes a version of the owners the one that counts, and has the hours rolled up again within which addresses changed
 * hands otherwise than was known. They are marked before, for this process may be killed, and after, for they may be
 * rolled up in between.
 */
export async function markMoved(store: Store, version: number, count: () => Promise<void>): Promise<void> {
  const moved = await store.query<{ hour: number }>(`SELECT toUnixTimestamp(hour) AS hour FROM (${MOVED_SQL})`, {
    version,
  });
  const hours = moved.map(({ hour }) => hour);
  await markHoursStale(store, hours);
  await count();
  await markHoursStale(store, hours);
}
