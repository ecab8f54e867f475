/** Where the days of a series of objects begin: `before` is common to the series, `until` includes the day. */
export interface ObjectDay {
  readonly before: string;
  readonly until: string;
}

/**
 * The first date in a key: `2026/11/21`, `2026-11-21`, `20261121T0900Z`, `year=2026/month=11/day=21`,
 * `y=2026/m=11/d=21`. That covers AWS flow logs, plain and with Hive partitions, Google's sinks and Azure's
 * containers; longer digit runs, such as account ids, are none.
 */
const DAY =
  /(?<!\d)(?:y(?:ear)?=)?(?:19|20)\d\d[/_-]?(?:m(?:onth)?=)?(?:0[1-9]|1[0-2])[/_-]?(?:d(?:ay)?=)?(?:0[1-9]|[12]\d|3[01])(?!\d)/;

export function dayOf(key: string): ObjectDay | undefined {
  const match = DAY.exec(key);
  if (!match) return undefined;
  return { before: key.slice(0, match.index), until: key.slice(0, match.index + match[0].length) };
}
