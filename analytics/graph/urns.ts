import { columnCounts, joinColumns, keepColumns, sideBySide, type SparseMatrix } from './sparse';

/**
 * What rows drew, and from which urn: a column belongs to one urn, and urns of one kind have their concentration in
 * common. Rows of one cluster draw from the same Pólya urns (Dirichlet-multinomial): the lower the concentration, the more
 * the draws of one row tell about those of another.
 */
export interface Draws extends SparseMatrix {
  /** By column. */
  readonly urnOf: Uint32Array;
  /** By urn. */
  readonly kindOf: Uint32Array;
  readonly kinds: number;
}

/** How much was drawn over all rows: by column, and by urn. */
export interface DrawTotals {
  readonly columns: Float64Array;
  readonly urns: Float64Array;
}

export function drawTotals({ columns, columnOf, values, urnOf, kindOf }: Draws): DrawTotals {
  const byColumn = new Float64Array(columns);
  for (let at = 0; at < values.length; at++) {
    const column = columnOf[at] ?? 0;
    byColumn[column] = (byColumn[column] ?? 0) + (values[at] ?? 0);
  }
  const byUrn = new Float64Array(kindOf.length);
  for (const [column, urn] of urnOf.entries()) byUrn[urn] = (byUrn[urn] ?? 0) + (byColumn[column] ?? 0);
  return { columns: byColumn, urns: byUrn };
}

/** Draws whose urns have a concentration: what clusters of rows are compared by. */
export interface Urns {
  /** By row, how much it drew of which column and, in columns from `firstUrn` on, how much from which urn. */
  readonly drawn: SparseMatrix;
  readonly firstUrn: number;
  /** By column: pseudo-counts in a cluster's urn before anything is drawn; of an urn, their sum. */
  readonly prior: Float64Array;
}

export interface KnownDraws {
  readonly draws: Draws;
  /** By kind of urn. */
  readonly concentrations: Float64Array;
}

/**
 * Several draws of the same rows, independent of each other. An urn of infinite concentration is the same for all
 * clusters, tells nothing, and is left out.
 */
export function fillUrns(parts: readonly KnownDraws[]): Urns {
  const filled = parts.map(fill);
  const columns = sideBySide(filled.map(({ drawn }) => drawn));
  return {
    drawn: sideBySide([columns, ...filled.map(({ fromUrns }) => fromUrns)]),
    firstUrn: columns.columns,
    prior: join([...filled.map(({ prior }) => prior), ...filled.map(({ concentration }) => concentration)]),
  };
}

function fill({ draws, concentrations }: KnownDraws) {
  const totals = drawTotals(draws);
  const concentration = Float64Array.from(draws.kindOf, (kind) => concentrations[kind] ?? Infinity);
  const prior = totals.columns.map((total, column) => {
    const urn = draws.urnOf[column] ?? 0;
    return ((concentration[urn] ?? 0) * total) / (totals.urns[urn] ?? 1);
  });
  const counts = columnCounts(draws);
  const telling = keepColumns(draws, (column) => Number.isFinite(prior[column]));
  return {
    // What one row alone drew is in common with nobody; that it was drawn from the urn still counts.
    drawn: keepColumns(telling, (column) => (counts[column] ?? 0) > 1),
    fromUrns: joinColumns(telling, draws.kindOf.length, draws.urnOf),
    prior,
    concentration,
  };
}

function join(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    joined.set(part, filled);
    filled += part.length;
  }
  return joined;
}
