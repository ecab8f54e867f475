import { drawBoxes, drawEdges, MARGIN, onMap } from './drawing';
import { regionColumns } from './regions';
import { atTopLevel, layoutTopLevel } from './top-level';
import type { MapInput, MapView } from './view';
import { visibleGraph } from './visible';

/**
 * The estate as a map: columns by role, applications in the direction of use, open ones with their tiers inside.
 * Deterministic: the order of groups, links and ids in the input does not matter.
 *
 * @throws WayleaveError `unknown-group` for a link whose end is not in the topology
 */
export function layoutMap(input: MapInput): MapView {
  const graph = visibleGraph(input);
  const edges = atTopLevel(graph);
  const plan = regionColumns(
    graph.tops,
    edges.map(({ edge, from, to }) => ({
      from: from.group.id,
      to: to.group.id,
      weight: edge.state === 'refused' ? 0 : edge.connections,
    })),
  );
  const layout = layoutTopLevel(graph.tops, edges, plan);
  const boxes = drawBoxes(graph.tops, layout);
  const far = onMap({ x: layout.width, y: layout.height });
  return {
    width: far.x + MARGIN,
    height: far.y + MARGIN,
    regions: plan.regions.map(({ kind, first, last }) => {
      const start = layout.columns[first] ?? { x: 0, width: 0 };
      const end = layout.columns[last] ?? start;
      return { kind, x: onMap({ x: start.x, y: 0 }).x, width: end.x + end.width - start.x };
    }),
    boxes,
    edges: drawEdges(edges, layout, boxes),
    hidden: graph.hidden,
  };
}
