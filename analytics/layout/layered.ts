import { buildLattice, type ColumnBox, type ColumnLink, type Lattice } from './lattice';
import { reduceCrossings } from './ordering';
import { placeSlots, type Gaps } from './placement';
import { spreadEnds } from './spread-ends';
import type { Point } from './view';

export interface Spacing extends Gaps {
  /** To the right of a column, through which so many lines pass. */
  readonly columnGap: (lines: number, column: number) => number;
}

export interface Layered {
  readonly width: number;
  readonly height: number;
  /** Top left corner per box. */
  readonly corners: ReadonlyMap<string, Point>;
  /** Corner points along every link, from its source; level within columns, free beside them. */
  readonly lines: ReadonlyMap<string, readonly Point[]>;
  /** Left edge and width per column. */
  readonly columns: readonly { readonly x: number; readonly width: number }[];
}

/** A layered drawing (Sugiyama, Tagawa, Toda 1981) of boxes whose columns are given. */
export function layered(boxes: readonly ColumnBox[], links: readonly ColumnLink[], spacing: Spacing): Layered {
  const lattice = buildLattice(boxes, links);
  const order = reduceCrossings(lattice);
  const tops = placeSlots(order, lattice.segments, spacing);
  const columns = columnSpans(boxes, lattice, spacing);
  const corners = new Map<string, Point>();
  for (const box of boxes) {
    const span = columns[box.column] ?? { x: 0, width: 0 };
    corners.set(box.id, { x: span.x + Math.round((span.width - box.width) / 2), y: tops.get(box.id) ?? 0 });
  }
  const last = columns.at(-1);
  return {
    width: last === undefined ? 0 : last.x + last.width,
    height: Math.max(0, ...tops.values(), ...boxes.map((box) => (tops.get(box.id) ?? 0) + box.height)),
    corners,
    lines: drawLines(boxes, links, lattice, tops, corners, columns),
    columns,
  };
}

function columnSpans(
  boxes: readonly ColumnBox[],
  { columns, segments }: Lattice,
  spacing: Spacing,
): Layered['columns'] {
  let x = 0;
  return columns.map((_, column) => {
    const own = boxes.filter((box) => box.column === column);
    const span = { x, width: own.reduce((most, box) => Math.max(most, box.width), 0) };
    x += span.width + spacing.columnGap(segments[column]?.length ?? 0, column);
    return span;
  });
}

function drawLines(
  boxes: readonly ColumnBox[],
  links: readonly ColumnLink[],
  { chains }: Lattice,
  tops: ReadonlyMap<string, number>,
  corners: ReadonlyMap<string, Point>,
  columns: Layered['columns'],
): ReadonlyMap<string, readonly Point[]> {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const ends = spreadEnds(byId, links, chains, tops);
  const lines = new Map<string, readonly Point[]>();
  for (const link of links) {
    const from = byId.get(link.from);
    const to = byId.get(link.to);
    const end = ends.get(link.id);
    if (from === undefined || to === undefined || end === undefined) continue;
    const leavesRight = from.column <= to.column;
    const entersRight = from.column >= to.column;
    const points: Point[] = [
      { x: sideOf(corners.get(from.id), from.width, leavesRight), y: end.from },
      { x: edgeOf(columns, from.column, leavesRight), y: end.from },
    ];
    const lanes = chains.get(link.id)?.slice(1, -1) ?? [];
    lanes.forEach((key, index) => {
      const column = from.column + (leavesRight ? index + 1 : -index - 1);
      const y = tops.get(key) ?? 0;
      points.push({ x: edgeOf(columns, column, !leavesRight), y }, { x: edgeOf(columns, column, leavesRight), y });
    });
    points.push(
      { x: edgeOf(columns, to.column, entersRight), y: end.to },
      { x: sideOf(corners.get(to.id), to.width, entersRight), y: end.to },
    );
    lines.set(link.id, points);
  }
  return lines;
}

function sideOf(corner: Point | undefined, width: number, right: boolean): number {
  return (corner?.x ?? 0) + (right ? width : 0);
}

function edgeOf(columns: Layered['columns'], column: number, right: boolean): number {
  const span = columns[column] ?? { x: 0, width: 0 };
  return right ? span.x + span.width : span.x;
}
