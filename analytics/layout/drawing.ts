import type { Group } from '../model/topology';
import { TIER } from './interior';
import { placeLabels } from './labels';
import { loopOver, pathThrough } from './path';
import { CLOSED, wayOf, type TopLevel, type TopLevelEdge } from './top-level';
import type { MapBox, MapEdge, Point } from './view';
import type { TopBox } from './visible';

export const MARGIN = 24;
/** Above the boxes, for the headings of the regions. */
const HEADING = 36;

const ORIGIN: Point = { x: 0, y: 0 };

/** From the coordinates of the layout to those of the map. */
export function onMap(point: Point): Point {
  return plus(point, { x: MARGIN, y: MARGIN + HEADING });
}

/** Parents before their tiers. */
export function drawBoxes(tops: readonly TopBox[], layout: TopLevel): MapBox[] {
  return tops.flatMap((top) => {
    const corner = onMap(layout.corners.get(top.group.id) ?? ORIGIN);
    const interior = layout.interiors.get(top.group.id);
    const { width, height } = interior ?? CLOSED;
    const collapsed = top.tiers.length > 0 && interior === undefined;
    const own = { ...describe(top.group, top.tiers.length), parent: null, ...corner, width, height, collapsed };
    if (interior === undefined) return [own];
    const tiers = top.tiers.map((tier) => {
      const inside = plus(corner, interior.tiers.get(tier.id) ?? ORIGIN);
      const label = withinApplication(tier.name, top.group.name);
      return { ...describe(tier, 0), label, parent: top.group.id, ...inside, ...TIER, collapsed: false };
    });
    return [own, ...tiers];
  });
}

/** @param edges the busiest first */
export function drawEdges(edges: readonly TopLevelEdge[], layout: TopLevel, boxes: readonly MapBox[]): MapEdge[] {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const open = new Set(boxes.flatMap(({ parent }) => parent ?? []));
  const lines = edges.map((end) => ({ id: end.edge.id, label: end.edge.label, points: pointsOf(end, layout) }));
  const common = edges.map(({ from, to }) => from.region === 'shared' || to.region === 'shared');
  // What everybody uses says least about anybody: its labels take what room is left.
  const ranked = [...lines.filter((_, i) => !common[i]), ...lines.filter((_, i) => common[i])];
  const labels = placeLabels(
    ranked,
    boxes.filter((box) => !open.has(box.id)),
  );
  return edges.map(({ edge }, index) => {
    const box = byId.get(edge.from);
    const loop = edge.from === edge.to && box !== undefined;
    const path = loop ? loopOver(box, box.width) : pathThrough(lines[index]?.points ?? []);
    return { ...edge, labelAt: labels.get(edge.id) ?? null, path };
  });
}

/** From the source's box through both applications' borders to the target's. */
function pointsOf(end: TopLevelEdge, layout: TopLevel): readonly Point[] {
  const inside = (top: TopBox): readonly Point[] => {
    const corner = onMap(layout.corners.get(top.group.id) ?? ORIGIN);
    return (layout.interiors.get(top.group.id)?.lines.get(end.edge.id) ?? []).map((point) => plus(point, corner));
  };
  if (end.from === end.to) return inside(end.from);
  return [...inside(end.from), ...(layout.lines.get(wayOf(end)) ?? []).map(onMap), ...inside(end.to)];
}

/** "web of shop" inside the box of shop is "web". */
function withinApplication(tier: string, application: string): string {
  const suffix = ` of ${application}`;
  return tier.endsWith(suffix) && tier !== suffix ? tier.slice(0, -suffix.length) : tier;
}

function describe(
  { id, kind, name, members }: Group,
  tiers: number,
): Pick<MapBox, 'id' | 'kind' | 'label' | 'sublabel'> {
  const size = count(members.length, kind === 'external' ? 'network' : 'workload');
  return { id, kind, label: name, sublabel: tiers === 0 ? size : `${count(tiers, 'tier')}, ${size}` };
}

function count(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`;
}

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}
