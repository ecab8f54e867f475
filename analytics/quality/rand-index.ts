/**
 * Adjusted Rand index (Hubert and Arabie 1985): 1 for equal partitions, 0 on average for random ones, negative below.
 * Two equal trivial partitions (all in one, or all alone) count as 1.
 *
 * @param a group of each item
 * @param b the other partition of the same items, same order
 */
export function adjustedRandIndex(a: readonly string[], b: readonly string[]): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} items against ${b.length}`);
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  const cells = new Map<number, number>();
  const columnOf = numbered(b);
  for (const [i, row] of numbered(a).entries()) {
    const column = columnOf[i] ?? 0;
    increment(rows, row);
    increment(columns, column);
    increment(cells, row * b.length + column);
  }
  const together = pairs(cells);
  const togetherInA = pairs(rows);
  const togetherInB = pairs(columns);
  const all = (a.length * (a.length - 1)) / 2;
  const expected = all === 0 ? 0 : (togetherInA * togetherInB) / all;
  const most = (togetherInA + togetherInB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function numbered(groups: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  for (const group of groups) if (!numbers.has(group)) numbers.set(group, numbers.size);
  return groups.map((group) => numbers.get(group) ?? 0);
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function pairs(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const n of counts.values()) sum += (n * (n - 1)) / 2;
  return sum;
}
