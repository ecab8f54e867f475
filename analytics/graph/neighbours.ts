import { columnCounts, dot, firstNotBelow, type SparseMatrix } from './sparse';

/** A weighted graph without direction: `neighbours[i]` holds j and its similarity, and the other way round. */
export interface SimilarityGraph {
  readonly neighbours: readonly ReadonlyMap<number, number>[];
  /** No row chose more than this many neighbours itself. */
  readonly limit: number;
}

/** A row looks at others along its rarest columns first, until it has seen this many … */
const MOST_SEEN = 256;
/** … and computes the similarity of this many times `limit`, those with most in common. */
const EXACT_FACTOR = 2;

/**
 * The `limit` most similar rows of each row by dot product, found through an inverted index: cost is linear in the entries
 * of the matrix. Exact while there are no more than 256 rows and none has more than `limit` neighbours.
 */
export function nearestNeighbours(matrix: SparseMatrix, limit: number): SimilarityGraph {
  const counts = columnCounts(matrix);
  const index = invert(matrix, counts);
  const neighbours = matrix.rows.map(() => new Map<number, number>());
  const scores = new Float64Array(matrix.rows.length);
  for (const [i, row] of matrix.rows.entries()) {
    const seen: number[] = [];
    for (const at of byRarity(row.columns, counts)) {
      const list = index[row.columns[at] ?? 0];
      const value = row.values[at] ?? 0;
      if (!list || value === 0) continue;
      // A column too common for what is left to see is looked at in the row's vicinity, so that all rows get their share.
      const [from, to] = around(list, i, Math.max(MOST_SEEN - seen.length, limit));
      for (let n = from; n < to; n++) {
        const j = list[n] ?? 0;
        if (j === i) continue;
        if (scores[j] === 0) seen.push(j);
        // A column weighs about the same in all its rows; exact values follow for the best.
        scores[j] = (scores[j] ?? 0) + value * value;
      }
      if (seen.length >= MOST_SEEN) break;
    }
    const likely = best(seen, (j) => scores[j] ?? 0, limit * EXACT_FACTOR);
    for (const j of seen) scores[j] = 0;
    for (const j of likely) scores[j] = dot(row, matrix.rows[j] ?? row);
    for (const j of best(likely, (j) => scores[j] ?? 0, limit)) {
      neighbours[i]?.set(j, scores[j] ?? 0);
      neighbours[j]?.set(i, scores[j] ?? 0);
    }
    for (const j of likely) scores[j] = 0;
  }
  return { neighbours, limit };
}

function invert({ rows }: SparseMatrix, counts: Uint32Array): Uint32Array[] {
  const lists = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  for (const [i, { columns }] of rows.entries()) {
    for (const column of columns) {
      const list = lists[column];
      const at = filled[column] ?? 0;
      if (list) list[at] = i;
      filled[column] = at + 1;
    }
  }
  return lists;
}

/** Places in a row, the column in fewest rows first: count and place as one number each, to sort them bare. */
function byRarity(columns: Uint32Array, counts: Uint32Array): number[] {
  const keys = new Float64Array(columns.length);
  for (let at = 0; at < columns.length; at++) keys[at] = (counts[columns[at] ?? 0] ?? 0) * columns.length + at;
  return Array.from(keys.sort(), (key) => key % columns.length);
}

/** The stretch of a sorted list, at most so long, around a value that is in it. */
function around(list: Uint32Array, value: number, length: number): [number, number] {
  if (list.length <= length) return [0, list.length];
  const at = firstNotBelow(list, value, 0);
  const from = Math.max(0, Math.min(at - (length >>> 1), list.length - length));
  return [from, from + length];
}

/** Those with the highest scores, lower numbers first among equals. Sorting bare numbers is several times faster. */
function best(items: readonly number[], score: (item: number) => number, count: number): readonly number[] {
  if (items.length <= count) return items;
  const scores = new Float64Array(items.length);
  for (const [at, item] of items.entries()) scores[at] = score(item);
  scores.sort();
  const least = scores[items.length - count] ?? 0;
  const above = items.filter((item) => score(item) > least);
  const equal = items.filter((item) => score(item) === least).sort((a, b) => a - b);
  return [...above, ...equal.slice(0, count - above.length)];
}
