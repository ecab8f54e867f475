import type { SqlParams, Store } from './store';

/** Later than any mark before it, whatever the clock does. */
const MARK = 'greatest(now64(6), (SELECT max(marked) FROM stale_hours) + toIntervalMicrosecond(1))';

/**
 * Has the hours of some flows rolled up again: an hour is due when it was marked after its bucket was computed.
 *
 * @param flows a condition over `flows`
 */
export function markStale(store: Store, flows: string, params: SqlParams): Promise<void> {
  return store.command(
    `INSERT INTO stale_hours SELECT DISTINCT toStartOfHour(start), ${MARK} FROM flows WHERE ${flows}`,
    params,
  );
}

/**
 * Has hours rolled up again for what was learned of them.
 *
 * @param hours epoch seconds
 */
export async function markHoursStale(store: Store, hours: readonly number[]): Promise<void> {
  if (hours.length === 0) return;
  await store.command(`INSERT INTO stale_hours SELECT arrayJoin({hours:Array(DateTime)}), ${MARK}`, { hours });
}
