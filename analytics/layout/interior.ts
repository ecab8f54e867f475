import { columnsByLongestPath } from './columns';
import { layered } from './layered';
import type { ColumnBox, ColumnLink } from './lattice';
import type { Point } from './view';
import type { TopBox, VisibleEdge } from './visible';

export const TIER = { width: 168, height: 52 } as const;

/** Room for the application's name above its tiers, below them, and at the sides, where lines bend. */
const HEADER = 44;
const PADDING = 20;
const PASSAGE = 30;

/** Wide enough for "80/tcp, 443/tcp" on a line between two tiers. */
const COLUMN_GAP = 108;

export type Side = 'left' | 'right';

/** An edge between a tier and something outside its application. */
export interface Crossing {
  readonly edge: VisibleEdge;
  readonly tier: string;
  readonly leaves: boolean;
  /** The side of the application on which the other end lies. */
  readonly side: Side;
  readonly lane: string;
}

/** An open application, everything relative to its top left corner. */
export interface Interior {
  readonly width: number;
  readonly height: number;
  readonly tiers: ReadonlyMap<string, Point>;
  /** Height at which each lane passes through the application's border, by `portKey`. */
  readonly ports: ReadonlyMap<string, number>;
  /** Lines between tiers, and between tiers and the border, by edge id; from the edge's source. */
  readonly lines: ReadonlyMap<string, readonly Point[]>;
}

export function portKey(side: Side, lane: string): string {
  return `port ${side} ${lane}`;
}

/** @param inner edges between different tiers of the application */
export function layoutInterior(top: TopBox, inner: readonly VisibleEdge[], crossings: readonly Crossing[]): Interior {
  const ids = top.tiers.map((tier) => tier.id);
  const column = columnsByLongestPath(
    ids,
    inner.map(({ from, to, connections, state }) => ({ from, to, weight: state === 'refused' ? 0 : connections })),
  );
  // Column 0 is the left border, where lanes pass; then the tiers; then the right border.
  const rightBorder = Math.max(0, ...column.values()) + 2;
  const boxes = new Map<string, ColumnBox>();
  for (const id of ids) boxes.set(id, { id, column: (column.get(id) ?? 0) + 1, ...TIER });
  const links: ColumnLink[] = inner.map(({ id, from, to }) => ({ id, from, to, lane: id }));
  for (const { edge, tier, leaves, side, lane } of crossings) {
    const port = portKey(side, lane);
    boxes.set(port, { id: port, column: side === 'left' ? 0 : rightBorder, width: 0, height: 0 });
    links.push({ id: edge.id, from: leaves ? tier : port, to: leaves ? port : tier, lane });
  }
  const drawn = layered([...boxes.values()], links, {
    betweenBoxes: 26,
    besideLane: 18,
    betweenLanes: 9,
    columnGap: (_lines, column) => (column === 0 || column === rightBorder - 1 ? PASSAGE : COLUMN_GAP),
  });
  const down = ({ x, y }: Point): Point => ({ x, y: y + HEADER });
  return {
    width: (drawn.columns[rightBorder - 1]?.x ?? 0) + TIER.width + PASSAGE,
    height: drawn.height + HEADER + PADDING,
    tiers: new Map(ids.map((id) => [id, down(drawn.corners.get(id) ?? { x: 0, y: 0 })])),
    ports: new Map([...drawn.corners].map(([key, corner]) => [key, corner.y + HEADER])),
    lines: new Map([...drawn.lines].map(([id, points]) => [id, points.map(down)])),
  };
}
