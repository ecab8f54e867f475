import { layoutInterior, portKey, type Crossing, type Interior, type Side } from './interior';
import { layered, type Layered } from './layered';
import type { ColumnBox, ColumnLink } from './lattice';
import type { RegionColumns } from './regions';
import type { TopBox, VisibleEdge, VisibleGraph } from './visible';

export const CLOSED = { width: 200, height: 60 } as const;

/** An edge with the top-level boxes at its ends: themselves, or the open applications around them. */
export interface TopLevelEdge {
  readonly edge: VisibleEdge;
  readonly from: TopBox;
  readonly to: TopBox;
}

export function atTopLevel({ tops, edges }: VisibleGraph): TopLevelEdge[] {
  const topOf = new Map<string, TopBox>();
  for (const top of tops) for (const { id } of [top.group, ...top.tiers]) topOf.set(id, top);
  return edges.flatMap((edge) => {
    const from = topOf.get(edge.from);
    const to = topOf.get(edge.to);
    return from === undefined || to === undefined ? [] : [{ edge, from, to }];
  });
}

/** The outer drawing: its links are the ways between top-level boxes, several edges of one lane on each. */
export interface TopLevel extends Layered {
  readonly interiors: ReadonlyMap<string, Interior>;
}

export function layoutTopLevel(
  tops: readonly TopBox[],
  edges: readonly TopLevelEdge[],
  { column }: RegionColumns,
): TopLevel {
  const sideOf = (own: TopBox, other: TopBox): Side =>
    (column.get(own.group.id) ?? 0) <= (column.get(other.group.id) ?? 0) ? 'right' : 'left';
  const interiors = new Map<string, Interior>();
  for (const top of tops) if (top.expanded) interiors.set(top.group.id, interiorOf(top, edges, sideOf));
  const boxes: ColumnBox[] = tops.map(({ group }) => {
    const { width, height } = interiors.get(group.id) ?? CLOSED;
    return { id: group.id, column: column.get(group.id) ?? 0, width, height };
  });
  const links = new Map<string, ColumnLink>();
  for (const end of edges) {
    if (end.from === end.to) continue;
    const id = wayOf(end);
    const lane = laneOf(end);
    const portOf = (own: TopBox, other: TopBox): number | undefined =>
      interiors.get(own.group.id)?.ports.get(portKey(sideOf(own, other), lane));
    const { from, to } = end;
    links.set(id, {
      id,
      lane,
      from: from.group.id,
      to: to.group.id,
      fromPort: portOf(from, to),
      toPort: portOf(to, from),
    });
  }
  const drawn = layered(boxes, [...links.values()], {
    betweenBoxes: 28,
    besideLane: 18,
    betweenLanes: 9,
    columnGap: (lines) => Math.min(200, 84 + 3 * lines),
  });
  return { ...drawn, interiors };
}

/** The outer link an edge runs along. */
export function wayOf(end: TopLevelEdge): string {
  return `${end.from.group.id} ${end.to.group.id} ${laneOf(end)}`;
}

/** Everybody's way to one shared service is one lane, and so is one client's way to everybody; the rest keep apart. */
function laneOf({ edge, from, to }: TopLevelEdge): string {
  if (from.region === 'applications' && to.region !== 'applications') return `>${edge.to} ${edge.state}`;
  if (from.region !== 'applications' && to.region === 'applications') return `${edge.from}> ${edge.state}`;
  return edge.id;
}

function interiorOf(
  top: TopBox,
  edges: readonly TopLevelEdge[],
  sideOf: (own: TopBox, other: TopBox) => Side,
): Interior {
  const inner: VisibleEdge[] = [];
  const crossings: Crossing[] = [];
  for (const end of edges) {
    const { edge, from, to } = end;
    if (from === top && to === top) {
      if (edge.from !== edge.to) inner.push(edge);
    } else if (from === top) {
      crossings.push({ edge, tier: edge.from, leaves: true, side: sideOf(from, to), lane: laneOf(end) });
    } else if (to === top) {
      crossings.push({ edge, tier: edge.to, leaves: false, side: sideOf(to, from), lane: laneOf(end) });
    }
  }
  return layoutInterior(top, inner, crossings);
}
