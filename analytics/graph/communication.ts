import { UndirectedGraph } from 'graphology';

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

/** One edge per pair, `a < b`, ascending. */
export function sumByPair(edges: readonly WeightedEdge[]): WeightedEdge[] {
  const ordered = edges
    .filter(({ a, b }) => a !== b)
    .map(({ a, b, weight }) => ({ a: Math.min(a, b), b: Math.max(a, b), weight }))
    .sort((x, y) => x.a - y.a || x.b - y.b || x.weight - y.weight);
  const sums: { a: number; b: number; weight: number }[] = [];
  for (const edge of ordered) {
    const last = sums.at(-1);
    if (last?.a === edge.a && last.b === edge.b) last.weight += edge.weight;
    else sums.push(edge);
  }
  return sums;
}
