import type { LogOn } from '../../source';

/**
 * A user's log-ons from one address as as few spans as they come to: a computer logs on to file servers hundreds of times a
 * day. Sorted by user, address and time.
 */
export function mergeLogOns(logOns: readonly LogOn[]): LogOn[] {
  const sorted = logOns.toSorted(
    (a, b) => compare(a.user, b.user) || compare(a.address, b.address) || compare(a.since ?? 0, b.since ?? 0),
  );
  const merged: LogOn[] = [];
  for (const logOn of sorted) {
    const last = merged.at(-1);
    const same = last !== undefined && last.user === logOn.user && last.address === logOn.address;
    if (!same || (last.until ?? Number.POSITIVE_INFINITY) < (logOn.since ?? 0)) merged.push(logOn);
    else if (last.until !== undefined) {
      const { until: _shorter, ...begun } = last;
      merged[merged.length - 1] =
        logOn.until === undefined ? begun : { ...begun, until: Math.max(last.until, logOn.until) };
    }
  }
  return merged;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
