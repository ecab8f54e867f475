import {
  columnCounts,
  dot,
  firstNotBelow,
  keepColumns,
  LOOK_UP_RATIO,
  rowCount,
  rowsOfEntries,
  sumEntries,
  type SparseMatrix,
} from './sparse';

/** A weighted graph without direction: row i holds its neighbours j and their similarity, and row j holds i. */
export type SimilarityGraph = SparseMatrix;

/** A row looks at others along its rarest columns first, until it has seen this many … */
const MOST_SEEN = 128;
/** … and computes the similarity of this many times `limit`, those with most in common. */
const EXACT_FACTOR = 2;

/**
 * The `limit` most similar rows of each row by dot product, found through an inverted index: cost is linear in the entries
 * of the matrix. Exact while there are no more than 128 rows and none has more than `limit` neighbours.
 */
export function nearestNeighbours(matrix: SparseMatrix, limit: number): SimilarityGraph {
  const rows = rowCount(matrix);
  const byRarity = rarestFirst(matrix);
  const { starts, columnOf, values } = byRarity;
  const index = transposed(byRarity);
  const scores = new Float64Array(rows);
  const seen = new Uint32Array(MOST_SEEN + Math.max(MOST_SEEN, limit));
  const found = { near: new Uint32Array(rows * limit), similarity: new Float64Array(rows * limit) };
  const counts = new Uint32Array(rows);
  const spread = new Float64Array(matrix.columns);
  for (let i = 0; i < rows; i++) {
    let reached = 0;
    const end = starts[i + 1] ?? 0;
    for (let at = starts[i] ?? 0; at < end && reached < MOST_SEEN; at++) {
      const value = values[at] ?? 0;
      if (value === 0) continue;
      // A column too common for what is left to see is looked at in the row's vicinity, so that all rows get their share.
      const [from, to] = around(index, columnOf[at] ?? 0, i, Math.max(MOST_SEEN - reached, limit));
      for (let n = from; n < to; n++) {
        const j = index.columnOf[n] ?? 0;
        if (j === i) continue;
        if (scores[j] === 0) seen[reached++] = j;
        // A column weighs about the same in all its rows; exact values follow for the best.
        scores[j] = (scores[j] ?? 0) + value * value;
      }
    }
    const others = seen.subarray(0, reached);
    const likely = best(others, scores, limit * EXACT_FACTOR);
    for (const j of others) scores[j] = 0;
    const similarity = dotsWith(byRarity, i, spread);
    for (const j of likely) scores[j] = similarity(j);
    for (let at = starts[i] ?? 0; at < end; at++) spread[columnOf[at] ?? 0] = 0;
    const nearest = best(likely, scores, limit);
    for (const [n, j] of nearest.entries()) {
      found.near[i * limit + n] = j;
      found.similarity[i * limit + n] = scores[j] ?? 0;
    }
    counts[i] = nearest.length;
    for (const j of likely) scores[j] = 0;
  }
  return undirected(rows, limit, counts, found);
}

/**
 * The same rows, with columns numbered by how many rows have them, and without those that one row alone has: dot products
 * stay what they are.
 */
function rarestFirst(all: SparseMatrix): SparseMatrix {
  const occurrences = columnCounts(all);
  const matrix = keepColumns(all, (column) => (occurrences[column] ?? 0) > 1);
  const counts = columnCounts(matrix);
  const keys = Float64Array.from(counts, (count, column) => count * counts.length + column).sort();
  const numberOf = new Uint32Array(counts.length);
  for (const [number, key] of keys.entries()) numberOf[key % counts.length] = number;
  const renumbered = matrix.columnOf.map((column) => numberOf[column] ?? 0);
  return sumEntries(rowCount(matrix), matrix.columns, rowsOfEntries(matrix), renumbered, matrix.values);
}

function transposed(matrix: SparseMatrix): SparseMatrix {
  return sumEntries(matrix.columns, rowCount(matrix), matrix.columnOf, rowsOfEntries(matrix));
}

/** The stretch of a row's entries, at most so long, around a column that it has. */
function around({ starts, columnOf }: SparseMatrix, row: number, column: number, length: number): [number, number] {
  const start = starts[row] ?? 0;
  const end = starts[row + 1] ?? 0;
  if (end - start <= length) return [start, end];
  const at = firstNotBelow(columnOf, column, start, end);
  const from = Math.max(start, Math.min(at - (length >>> 1), end - length));
  return [from, from + length];
}

/** Those with the highest scores, lower numbers first among equals. Sorting bare numbers is several times faster. */
function best(items: Uint32Array, scores: Float64Array, count: number): Uint32Array {
  if (items.length <= count) return items;
  const sorted = new Float64Array(items.length);
  for (let at = 0; at < items.length; at++) sorted[at] = scores[items[at] ?? 0] ?? 0;
  const least = sorted.sort()[items.length - count] ?? 0;
  const chosen = new Uint32Array(count);
  const equal: number[] = [];
  let above = 0;
  for (const item of items) {
    const score = scores[item] ?? 0;
    if (score > least) chosen[above++] = item;
    else if (score === least) equal.push(item);
  }
  if (equal.length > count - above) equal.sort((a, b) => a - b).length = count - above;
  chosen.set(equal, above);
  return chosen;
}

/**
 * Dot products with one row. Laid out by column it is faster to multiply with than entry by entry, except with a hub's row,
 * which may be a thousand times as long.
 *
 * @param spread all 0 before; the row's values by column after
 */
function dotsWith(matrix: SparseMatrix, i: number, spread: Float64Array): (j: number) => number {
  const { starts, columnOf, values } = matrix;
  const [start, end] = [starts[i] ?? 0, starts[i + 1] ?? 0];
  for (let at = start; at < end; at++) spread[columnOf[at] ?? 0] = values[at] ?? 0;
  const longest = LOOK_UP_RATIO * (end - start);
  return (j) => {
    const last = starts[j + 1] ?? 0;
    let at = starts[j] ?? 0;
    if (last - at > longest) return dot(matrix, i, j);
    let sum = 0;
    for (; at < last; at++) sum += (values[at] ?? 0) * (spread[columnOf[at] ?? 0] ?? 0);
    return sum;
  };
}

/** Both ways, each pair once: similarity is the same from either end. */
function undirected(
  rows: number,
  limit: number,
  counts: Uint32Array,
  { near, similarity }: { readonly near: Uint32Array; readonly similarity: Float64Array },
): SimilarityGraph {
  const total = 2 * counts.reduce((sum, count) => sum + count, 0);
  const [from, to, values] = [new Uint32Array(total), new Uint32Array(total), new Float64Array(total)];
  let filled = 0;
  for (let i = 0; i < rows; i++) {
    for (let n = 0; n < (counts[i] ?? 0); n++) {
      const j = near[i * limit + n] ?? 0;
      const value = similarity[i * limit + n] ?? 0;
      // j comes to i itself, or it does not have i among its nearest.
      const isMutual = near.subarray(j * limit, j * limit + (counts[j] ?? 0)).includes(i);
      from[filled] = i;
      to[filled] = j;
      values[filled++] = value;
      if (isMutual) continue;
      from[filled] = j;
      to[filled] = i;
      values[filled++] = value;
    }
  }
  return sumEntries(rows, rows, from.subarray(0, filled), to.subarray(0, filled), values);
}
