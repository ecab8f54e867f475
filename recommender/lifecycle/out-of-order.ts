/**
 * The fewest items of a list that have to move for the rest to be in the order of another list of the same items: what
 * is not on its longest increasing subsequence (patience sorting, Fredman 1975).
 */
export function outOfOrder(before: readonly string[], after: readonly string[]): Set<string> {
  const place = new Map(before.map((item, i) => [item, i]));
  const places = after.map((item) => place.get(item) ?? 0);
  /** Index of the least last item of all increasing runs of that length. */
  const ends: number[] = [];
  const previous: number[] = [];
  places.forEach((value, i) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(ends[low - 1] ?? -1);
    ends[low] = i;
  });
  const kept = new Set<string>();
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i] ?? -1) kept.add(after[i] ?? '');
  return new Set(after.filter((item) => !kept.has(item)));
}
