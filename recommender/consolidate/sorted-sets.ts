/** Ascending, each number once. */
export type SortedSet = readonly number[];

export function sortedSet(numbers: Iterable<number>): SortedSet {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

export function union(a: SortedSet, b: SortedSet): SortedSet {
  if (a === b) return a;
  const all: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i] ?? Infinity, b[j] ?? Infinity];
    all.push(Math.min(x, y));
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return all;
}

export function without(a: SortedSet, b: SortedSet): SortedSet {
  if (a === b) return [];
  const rest: number[] = [];
  let j = 0;
  for (const x of a) {
    while ((b[j] ?? Infinity) < x) j++;
    if (b[j] !== x) rest.push(x);
  }
  return rest;
}

export function has(set: SortedSet, number: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return set[low] === number;
}
