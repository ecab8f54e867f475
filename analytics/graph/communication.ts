import { UndirectedGraph } from 'graphology';
import { orderBy } from './ranks';

export interface WeightedEdge {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

export type CommunicationGraph = UndirectedGraph<Record<string, never>, { weight: number }>;

/**
 * Louvain compares gains that differ by round-off alone when weights are fractions, and then moves a node to and fro
 * for ever (networkx issue 8739 shows it; the implementation here does it too). With whole numbers equal gains are equal
 * and others differ by at least 1 / 2m, which stays above its tolerance of 1e-10 up to a total weight m of 5e9 units.
 */
const UNITS = 64;

/**
 * A graphology graph whose nodes are numbers as text. Edges of the same pair, either way round, add up; edges of a node
 * with itself are left out. Nodes and edges are put in ascending order, on which Louvain's outcome depends. Weights are in units of 1/64.
 */
export function communicationGraph(nodes: readonly number[], edges: readonly WeightedEdge[]): CommunicationGraph {
  const graph: CommunicationGraph = new UndirectedGraph({ allowSelfLoops: false });
  for (const node of [...nodes].sort((a, b) => a - b)) graph.addNode(node);
  for (const { a, b, weight } of sumByPair(edges)) {
    graph.addEdge(a, b, { weight: Math.max(1, Math.round(weight * UNITS)) });
  }
  return graph;
}

/** One edge per pair, `a < b`, ascending; those of a pair are added up from the lightest on, whatever their order. */
export function sumByPair(edges: readonly WeightedEdge[]): WeightedEdge[] {
  const lower = new Uint32Array(edges.length);
  const upper = new Uint32Array(edges.length);
  let count = 0;
  for (let at = 0; at < edges.length; at++) {
    const { a, b } = edges[at] as WeightedEdge;
    lower[at] = Math.min(a, b);
    upper[at] = Math.max(a, b);
    count = Math.max(count, a + 1, b + 1);
  }
  const order = orderBy({ ranks: upper, count }, { ranks: lower, count });
  const weightOf = (at: number) => edges[at]?.weight ?? 0;
  const sums: WeightedEdge[] = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    const first = order[from] ?? 0;
    const [a = 0, b = 0] = [lower[first], upper[first]];
    do to++;
    while (to < order.length && lower[order[to] ?? 0] === a && upper[order[to] ?? 0] === b);
    if (a === b) continue;
    // Most pairs have one edge.
    if (to === from + 1) sums.push({ a, b, weight: weightOf(first) });
    else {
      const weights: number[] = [];
      for (let at = from; at < to; at++) weights.push(weightOf(order[at] ?? 0));
      weights.sort((x, y) => x - y);
      sums.push({ a, b, weight: weights.reduce((sum, weight) => sum + weight) });
    }
  }
  return sums;
}
