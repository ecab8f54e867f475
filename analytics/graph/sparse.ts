/** Compressed sparse rows: the entries of row i are those from `starts[i]` up to `starts[i + 1]`. */
export interface SparseMatrix {
  readonly columns: number;
  /** One more than there are rows. */
  readonly starts: Uint32Array;
  /** By entry. */
  readonly columnOf: Uint32Array;
  /** By entry. */
  readonly values: Float64Array;
}

export function rowCount({ starts }: SparseMatrix): number {
  return starts.length - 1;
}

/** By entry. */
export function rowsOfEntries({ starts }: SparseMatrix): Uint32Array {
  const rowOf = new Uint32Array(starts[starts.length - 1] ?? 0);
  for (let row = 0; row + 1 < starts.length; row++) rowOf.fill(row, starts[row], starts[row + 1]);
  return rowOf;
}

/** Entries in any order; those of one row and column are added up, columns ascending in each row. */
export function sumEntries(
  rows: number,
  columns: number,
  rowOf: ArrayLike<number>,
  columnOf: ArrayLike<number>,
  values?: Float64Array,
): SparseMatrix {
  const entries = new Uint32Array(columnOf.length);
  for (let entry = 0; entry < entries.length; entry++) entries[entry] = entry;
  const byColumn = sortedBy(columnOf, columns, entries);
  const order = sortedBy(rowOf, rows, byColumn);
  const starts = new Uint32Array(rows + 1);
  const sums = { columnOf: new Uint32Array(order.length), values: new Float64Array(order.length) };
  let filled = 0;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const start = filled;
    for (; at < order.length && rowOf[order[at] ?? 0] === row; at++) {
      const entry = order[at] ?? 0;
      const column = columnOf[entry] ?? 0;
      if (filled === start || sums.columnOf[filled - 1] !== column) sums.columnOf[filled++] = column;
      sums.values[filled - 1] = (sums.values[filled - 1] ?? 0) + (values ? (values[entry] ?? 0) : 1);
    }
    starts[row + 1] = filled;
  }
  return { columns, starts, columnOf: sums.columnOf.slice(0, filled), values: sums.values.slice(0, filled) };
}

/** Entries in the order of their keys, those of one key in the order given: a counting sort. */
function sortedBy(keyOf: ArrayLike<number>, keys: number, entries: Uint32Array): Uint32Array {
  const places = new Uint32Array(keys + 1);
  for (const entry of entries) {
    const after = (keyOf[entry] ?? 0) + 1;
    places[after] = (places[after] ?? 0) + 1;
  }
  for (let key = 0; key < keys; key++) places[key + 1] = (places[key + 1] ?? 0) + (places[key] ?? 0);
  const sorted = new Uint32Array(entries.length);
  for (const entry of entries) {
    const key = keyOf[entry] ?? 0;
    const place = places[key] ?? 0;
    sorted[place] = entry;
    places[key] = place + 1;
  }
  return sorted;
}

/** Columns by other numbers; those of a row that get the same are added up, in the order they come first. */
export function joinColumns(
  { starts, columnOf, values }: SparseMatrix,
  columns: number,
  numberOf: Uint32Array,
): SparseMatrix {
  const joined = {
    columns,
    starts: new Uint32Array(starts.length),
    columnOf: new Uint32Array(columnOf.length),
    values: new Float64Array(values.length),
  };
  // One more than the entry of a column in the row at hand, or in one before.
  const entryOf = new Uint32Array(columns);
  let filled = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    const first = filled;
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at++) {
      const column = numberOf[columnOf[at] ?? 0] ?? 0;
      let entry = (entryOf[column] ?? 0) - 1;
      if (entry < first) {
        entry = filled++;
        entryOf[column] = filled;
        joined.columnOf[entry] = column;
      }
      joined.values[entry] = (joined.values[entry] ?? 0) + (values[at] ?? 0);
    }
    joined.starts[row + 1] = filled;
  }
  return { ...joined, columnOf: joined.columnOf.subarray(0, filled), values: joined.values.subarray(0, filled) };
}

/** Without the entries of other columns, which keep their numbers. */
export function keepColumns(matrix: SparseMatrix, isKept: (column: number) => boolean): SparseMatrix {
  const kept = new Uint8Array(matrix.columns);
  for (let column = 0; column < kept.length; column++) kept[column] = isKept(column) ? 1 : 0;
  const rows = rowCount(matrix);
  const starts = new Uint32Array(rows + 1);
  const columnOf = new Uint32Array(matrix.columnOf.length);
  const values = new Float64Array(matrix.columnOf.length);
  let filled = 0;
  for (let row = 0; row < rows; row++) {
    const end = matrix.starts[row + 1] ?? 0;
    for (let at = matrix.starts[row] ?? 0; at < end; at++) {
      const column = matrix.columnOf[at] ?? 0;
      if (kept[column] === 0) continue;
      columnOf[filled] = column;
      values[filled++] = matrix.values[at] ?? 0;
    }
    starts[row + 1] = filled;
  }
  return { columns: matrix.columns, starts, columnOf: columnOf.slice(0, filled), values: values.slice(0, filled) };
}

/** The rows of several matrices with as many rows each, one after the other. */
export function sideBySide(parts: readonly SparseMatrix[]): SparseMatrix {
  const rows = Math.max(0, ...parts.map(rowCount));
  const entries = parts.reduce((sum, { values }) => sum + values.length, 0);
  const joined = {
    columns: parts.reduce((sum, { columns }) => sum + columns, 0),
    starts: new Uint32Array(rows + 1),
    columnOf: new Uint32Array(entries),
    values: new Float64Array(entries),
  };
  let filled = 0;
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (const { columns, starts, columnOf, values } of parts) {
      const end = starts[row + 1] ?? 0;
      for (let at = starts[row] ?? 0; at < end; at++) {
        joined.columnOf[filled] = (columnOf[at] ?? 0) + offset;
        joined.values[filled++] = values[at] ?? 0;
      }
      offset += columns;
    }
    joined.starts[row + 1] = filled;
  }
  return joined;
}

/** In how many rows each column occurs. */
export function columnCounts({ columns, columnOf }: SparseMatrix): Uint32Array {
  const counts = new Uint32Array(columns);
  for (const column of columnOf) counts[column] = (counts[column] ?? 0) + 1;
  return counts;
}

/**
 * Term frequency times inverse document frequency, rows scaled to unit length: `(1 + ln n) · ln((1 + rows) / df)`
 * (Salton and Buckley 1988). A column that every row has ends up next to nothing.
 */
export function tfIdf(matrix: SparseMatrix): SparseMatrix {
  const { starts, columnOf } = matrix;
  const rows = rowCount(matrix);
  const counts = columnCounts(matrix);
  const values = matrix.values.map(
    (value, at) => (1 + Math.log(value)) * Math.log((1 + rows) / (counts[columnOf[at] ?? 0] ?? 1)),
  );
  for (let row = 0; row < rows; row++) {
    const weights = values.subarray(starts[row], starts[row + 1]);
    const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    if (length > 0) for (let at = 0; at < weights.length; at++) weights[at] = (weights[at] ?? 0) / length;
  }
  return { ...matrix, values };
}

/** Both side by side, so that the dot product of two rows is the weighted sum of the two blocks' dot products. */
export function joinBlocks(left: SparseMatrix, right: SparseMatrix, rightShare: number): SparseMatrix {
  const scaled = (block: SparseMatrix, share: number) => {
    const scale = Math.sqrt(share);
    return { ...block, values: block.values.map((value) => value * scale) };
  };
  return sideBySide([scaled(left, 1 - rightShare), scaled(right, rightShare)]);
}

/** From this ratio of lengths on, looking the entries of the short row up in the long one beats walking both. */
export const LOOK_UP_RATIO = 16;

/** Dot product of two rows of ascending columns. A hub's row may be a thousand times as long as its neighbour's. */
export function dot({ starts, columnOf, values }: SparseMatrix, a: number, b: number): number {
  const length = (row: number) => (starts[row + 1] ?? 0) - (starts[row] ?? 0);
  const [short, long] = length(a) <= length(b) ? [a, b] : [b, a];
  const jump = length(long) >= LOOK_UP_RATIO * length(short);
  const shortEnd = starts[short + 1] ?? 0;
  const longEnd = starts[long + 1] ?? 0;
  let sum = 0;
  for (let i = starts[short] ?? 0, j = starts[long] ?? 0; i < shortEnd && j < longEnd;) {
    const column = columnOf[i] ?? 0;
    if (jump) j = firstNotBelow(columnOf, column, j, longEnd);
    if (j === longEnd) break;
    const other = columnOf[j] ?? 0;
    if (other === column) sum += (values[i++] ?? 0) * (values[j++] ?? 0);
    else if (column < other) i++;
    else j++;
  }
  return sum;
}

/** The value of a row of ascending columns in one of them, 0 where it has no entry there. */
export function valueAt({ starts, columnOf, values }: SparseMatrix, row: number, column: number): number {
  const end = starts[row + 1] ?? 0;
  const at = firstNotBelow(columnOf, column, starts[row] ?? 0, end);
  return at < end && columnOf[at] === column ? (values[at] ?? 0) : 0;
}

/** Where a value is, or would be, in a stretch of a list that ascends there. */
export function firstNotBelow(list: Uint32Array, value: number, from: number, to: number): number {
  let low = from;
  for (let high = to; low < high;) {
    const middle = (low + high) >>> 1;
    if ((list[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
