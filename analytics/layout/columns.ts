export interface WeightedEdge {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
}

/**
 * Column per node, from 0, so that as much weight as possible points right and no edge stays within a column: longest
 * path over the graph, edges against the feedback order turned round.
 *
 * @param ids in the order that settles ties
 * @param edges between those ids, none from a node to itself
 */
export function columnsByLongestPath(
  ids: readonly string[],
  edges: readonly WeightedEdge[],
): ReadonlyMap<string, number> {
  const order = feedbackOrder(ids, edges);
  const position = new Map(order.map((id, index) => [id, index]));
  const rightOf = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) {
    const forward = (position.get(from) ?? 0) < (position.get(to) ?? 0);
    rightOf.get(forward ? from : to)?.push(forward ? to : from);
  }
  const column = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const id of order) {
    const next = (column.get(id) ?? 0) + 1;
    for (const right of rightOf.get(id) ?? []) column.set(right, Math.max(column.get(right) ?? 0, next));
  }
  return column;
}

/**
 * Order in which little weight points backwards: sinks to the end, sources to the front, otherwise the node with the
 * greatest surplus of outgoing weight first (Eades, Lin and Smyth 1993, "A fast and effective heuristic for the
 * feedback arc set problem").
 */
function feedbackOrder(ids: readonly string[], edges: readonly WeightedEdge[]): string[] {
  const remaining = new Set(ids);
  const surplus = new Map<string, number>(ids.map((id) => [id, 0]));
  const degree = { in: new Map<string, number>(), out: new Map<string, number>() };
  const touching = new Map<string, WeightedEdge[]>(ids.map((id) => [id, []]));
  for (const edge of edges) {
    add(surplus, edge.from, edge.weight);
    add(surplus, edge.to, -edge.weight);
    add(degree.out, edge.from, 1);
    add(degree.in, edge.to, 1);
    touching.get(edge.from)?.push(edge);
    touching.get(edge.to)?.push(edge);
  }
  const front: string[] = [];
  const back: string[] = [];
  while (remaining.size > 0) {
    const left = [...remaining];
    const sink = left.find((id) => (degree.out.get(id) ?? 0) === 0);
    const source = left.find((id) => (degree.in.get(id) ?? 0) === 0);
    const next = sink ?? source ?? greatest(left, surplus);
    (sink === undefined ? front : back).push(next);
    remaining.delete(next);
    for (const { from, to, weight } of touching.get(next) ?? []) {
      const other = from === next ? to : from;
      add(surplus, other, from === next ? weight : -weight);
      add(from === next ? degree.in : degree.out, other, -1);
    }
  }
  return [...front, ...back.reverse()];
}

function greatest(ids: readonly string[], value: ReadonlyMap<string, number>): string {
  return ids.reduce((best, id) => ((value.get(id) ?? 0) > (value.get(best) ?? 0) ? id : best));
}

function add(map: Map<string, number>, key: string, amount: number): void {
  map.set(key, (map.get(key) ?? 0) + amount);
}
