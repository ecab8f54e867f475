import type { WeightedEdge } from './communication';

/** An undirected graph in compressed rows: neighbours of node n are `to[from[n]]` up to `to[from[n + 1]]`. */
export interface CompactGraph {
  readonly size: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weights: Float64Array;
  /** Weight of what a node stands for among itself. */
  readonly inner: Float64Array;
  /** Weight of all ends of edges at a node, inner ones counted twice. */
  readonly degrees: Float64Array;
}

/** @param edges each pair at most once, no node with itself; in any order, which decides the order of neighbours */
export function compactGraph(
  size: number,
  edges: readonly WeightedEdge[],
  inner = new Float64Array(size),
): CompactGraph {
  const from = new Uint32Array(size + 1);
  const degrees = inner.map((weight) => 2 * weight);
  for (const { a, b, weight } of edges) {
    for (const end of [a, b]) {
      from[end + 1] = (from[end + 1] ?? 0) + 1;
      degrees[end] = (degrees[end] ?? 0) + weight;
    }
  }
  for (let node = 0; node < size; node++) from[node + 1] = (from[node + 1] ?? 0) + (from[node] ?? 0);
  const next = from.slice();
  const to = new Uint32Array(2 * edges.length);
  const weights = new Float64Array(2 * edges.length);
  const put = (end: number, other: number, weight: number) => {
    const at = next[end] ?? 0;
    to[at] = other;
    weights[at] = weight;
    next[end] = at + 1;
  };
  for (const { a, b, weight } of edges) {
    put(a, b, weight);
    put(b, a, weight);
  }
  return { size, from, to, weights, inner, degrees };
}

/**
 * One node per community, edges added up.
 *
 * @param communityOf numbered from 0 without gaps
 */
export function contract(graph: CompactGraph, communityOf: Uint32Array, communities: number): CompactGraph {
  const inner = new Float64Array(communities);
  const sums = new Float64Array(communities);
  const edges: WeightedEdge[] = [];
  for (const [own, nodes] of nodesOf(communityOf, communities).entries()) {
    const met: number[] = [];
    for (const node of nodes) {
      inner[own] = (inner[own] ?? 0) + (graph.inner[node] ?? 0);
      for (let at = graph.from[node] ?? 0; at < (graph.from[node + 1] ?? 0); at++) {
        const neighbour = graph.to[at] ?? 0;
        const other = communityOf[neighbour] ?? 0;
        const weight = graph.weights[at] ?? 0;
        if (other === own) {
          if (neighbour > node) inner[own] = (inner[own] ?? 0) + weight;
        } else if (other > own) {
          if (sums[other] === 0) met.push(other);
          sums[other] = (sums[other] ?? 0) + weight;
        }
      }
    }
    for (const other of met) {
      edges.push({ a: own, b: other, weight: sums[other] ?? 0 });
      sums[other] = 0;
    }
  }
  return compactGraph(communities, edges, inner);
}

function nodesOf(communityOf: Uint32Array, communities: number): number[][] {
  const nodes = Array.from({ length: communities }, (): number[] => []);
  for (const [node, community] of communityOf.entries()) nodes[community]?.push(node);
  return nodes;
}
