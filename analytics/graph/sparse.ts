/** Ascending column numbers and their values. */
export interface SparseRow {
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

export interface SparseMatrix {
  readonly columns: number;
  readonly rows: readonly SparseRow[];
}

/** In how many rows each column occurs. */
export function columnCounts({ columns, rows }: SparseMatrix): Uint32Array {
  const counts = new Uint32Array(columns);
  for (const row of rows) for (const column of row.columns) counts[column] = (counts[column] ?? 0) + 1;
  return counts;
}

/**
 * Term frequency times inverse document frequency, rows scaled to unit length: `(1 + ln n) · ln((1 + rows) / df)`
 * (Salton and Buckley 1988). A column that every row has ends up next to nothing.
 */
export function tfIdf(matrix: SparseMatrix): SparseMatrix {
  const counts = columnCounts(matrix);
  return {
    columns: matrix.columns,
    rows: matrix.rows.map(({ columns, values }) => {
      const weights = values.map(
        (value, at) => (1 + Math.log(value)) * Math.log((1 + matrix.rows.length) / (counts[columns[at] ?? 0] ?? 1)),
      );
      const length = norm(weights);
      return { columns, values: length === 0 ? weights : weights.map((weight) => weight / length) };
    }),
  };
}

/** Both side by side, so that the dot product of two rows is the weighted sum of the two blocks' dot products. */
export function joinBlocks(left: SparseMatrix, right: SparseMatrix, rightShare: number): SparseMatrix {
  const leftScale = Math.sqrt(1 - rightShare);
  const rightScale = Math.sqrt(rightShare);
  return {
    columns: left.columns + right.columns,
    rows: left.rows.map((row, at) => {
      const other = right.rows[at] ?? { columns: new Uint32Array(), values: new Float64Array() };
      const columns = new Uint32Array(row.columns.length + other.columns.length);
      columns.set(row.columns);
      columns.set(
        other.columns.map((column) => column + left.columns),
        row.columns.length,
      );
      const values = new Float64Array(columns.length);
      values.set(row.values.map((value) => value * leftScale));
      values.set(
        other.values.map((value) => value * rightScale),
        row.columns.length,
      );
      return { columns, values };
    }),
  };
}

/** From this ratio of lengths on, looking the entries of the short row up in the long one beats walking both. */
const LOOK_UP_RATIO = 16;

/** Dot product of two rows. A hub's row may be a thousand times as long as its neighbour's. */
export function dot(a: SparseRow, b: SparseRow): number {
  const [short, long] = a.columns.length <= b.columns.length ? [a, b] : [b, a];
  const jump = long.columns.length >= LOOK_UP_RATIO * short.columns.length;
  let sum = 0;
  for (let i = 0, j = 0; i < short.columns.length && j < long.columns.length;) {
    const column = short.columns[i] ?? 0;
    if (jump) j = firstNotBelow(long.columns, column, j);
    const other = long.columns[j];
    if (other === column) sum += (short.values[i++] ?? 0) * (long.values[j++] ?? 0);
    else if (other === undefined || column < other) i++;
    else j++;
  }
  return sum;
}

/** Where a value is, or would be, in an ascending list from some place on. */
export function firstNotBelow(list: Uint32Array, value: number, from: number): number {
  let low = from;
  for (let high = list.length; low < high;) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
