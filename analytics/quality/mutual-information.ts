/**
 * Adjusted mutual information (Vinh, Epps and Bailey 2010, AMI max): 1 for equal partitions, 0 on average for random
 * ones of the same sizes. Two equal trivial partitions (all in one, or all alone) count as 1.
 *
 * @param a group of each item
 * @param b the other partition of the same items, same order
 * @throws RangeError when they are not
 */
export function adjustedMutualInformation(a: readonly string[], b: readonly string[]): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} items against ${b.length}`);
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  const cells = new Map<string, Map<string, number>>();
  for (const [i, row] of a.entries()) {
    const column = b[i] ?? '';
    rows.set(row, (rows.get(row) ?? 0) + 1);
    columns.set(column, (columns.get(column) ?? 0) + 1);
    const cell = cells.get(row) ?? new Map<string, number>();
    cell.set(column, (cell.get(column) ?? 0) + 1);
    cells.set(row, cell);
  }
  const count = a.length;
  let shared = 0;
  for (const [row, found] of cells) {
    for (const [column, both] of found) {
      shared += (both / count) * Math.log((count * both) / ((rows.get(row) ?? 1) * (columns.get(column) ?? 1)));
    }
  }
  const most = Math.max(entropy(rows, count), entropy(columns, count));
  const expected = expectedInformation([...rows.values()], [...columns.values()], count);
  return Math.abs(most - expected) < 1e-12
    ? Number(Math.abs(shared - most) < 1e-12)
    : (shared - expected) / (most - expected);
}

function entropy(sizes: ReadonlyMap<string, number>, count: number): number {
  let sum = 0;
  for (const size of sizes.values()) sum -= (size / count) * Math.log(size / count);
  return sum;
}

/**
 * Mean over all partitions with these sizes (hypergeometric, their equation 24a). Groups of one size are counted
 * together, or many small groups would take quadratic time.
 */
function expectedInformation(rows: readonly number[], columns: readonly number[], count: number): number {
  const logFactorial = new Float64Array(count + 1);
  for (let i = 2; i <= count; i++) logFactorial[i] = (logFactorial[i - 1] ?? 0) + Math.log(i);
  const log = (n: number) => logFactorial[n] ?? 0;
  let expected = 0;
  for (const [a, rowsOfSize] of multiplicities(rows)) {
    for (const [b, columnsOfSize] of multiplicities(columns)) {
      const fixed = log(a) + log(b) + log(count - a) + log(count - b) - log(count);
      let sum = 0;
      for (let both = Math.max(1, a + b - count); both <= Math.min(a, b); both++) {
        const chance = Math.exp(fixed - log(both) - log(a - both) - log(b - both) - log(count - a - b + both));
        sum += (both / count) * Math.log((count * both) / (a * b)) * chance;
      }
      expected += rowsOfSize * columnsOfSize * sum;
    }
  }
  return expected;
}

function multiplicities(sizes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  return counts;
}
