import type { SqlParams, Store } from './store';

/**
 * Has the hours of some flows rolled up again: an hour is due when it was marked after its bucket was computed. A mark is
 * later than any before it, whatever the clock does.
 *
 * @param flows a condition over `flows`
 */
export function markStale(store: Store, flows: string, params: SqlParams): Promise<void> {
  return store.command(
    `INSERT INTO stale_hours
     SELECT DISTINCT toStartOfHour(start), greatest(now64(6), (SELECT max(marked) FROM stale_hours) + toIntervalMicrosecond(1))
     FROM flows WHERE ${flows}`,
    params,
  );
}
