/** The place of each of many values among the distinct ones. */
export interface Ranks {
  readonly ranks: Uint32Array;
  /** How many distinct values there are. */
  readonly count: number;
}

/** @param textOf what values are ordered by, in UTF-16 units */
export function ranksOf<T extends string | number>(values: readonly T[], textOf: (value: T) => string = String): Ranks {
  const distinct = [...new Set(values)]
    .map((value) => ({ value, text: textOf(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  const rankOf = new Map(distinct.map(({ value }, rank) => [value, rank]));
  return { ranks: Uint32Array.from(values, (value) => rankOf.get(value) ?? 0), count: distinct.length };
}

/**
 * Where the values are, in order: by the last ranks, among equals by those before. Stable counting sorts, one per list
 * of ranks (radix sort, least significant first).
 */
export function orderBy(...lists: readonly Ranks[]): Uint32Array {
  let order = Uint32Array.from({ length: lists[0]?.ranks.length ?? 0 }, (_, at) => at);
  for (const { ranks, count } of lists) {
    const next = new Uint32Array(count + 1);
    for (const rank of ranks) next[rank + 1] = (next[rank + 1] ?? 0) + 1;
    for (let rank = 1; rank <= count; rank++) next[rank] = (next[rank] ?? 0) + (next[rank - 1] ?? 0);
    const sorted = new Uint32Array(order.length);
    for (const at of order) {
      const rank = ranks[at] ?? 0;
      const place = next[rank] ?? 0;
      sorted[place] = at;
      next[rank] = place + 1;
    }
    order = sorted;
  }
  return order;
}
