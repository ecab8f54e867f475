import { louvain } from './louvain';
import { communicationGraph, type WeightedEdge } from './communication';
import { DisjointSets, groupBy } from './components';
import { seededRng } from './random';

export interface Community {
  /** Ascending. */
  readonly members: readonly number[];
  /** Per member, 0 to 1: share of its ties inside the community that most runs agreed on; 1 for a lone node. */
  readonly agreement: readonly number[];
}

/**
 * Communities that Louvain runs (Blondel et al. 2008) with different seeds agree on: two nodes that talk belong together
 * when more than half of the runs put them together (co-association, Strehl and Ghosh 2002, over edges only, which keeps
 * it linear; Lancichinetti and Fortunato 2012 show that consensus also removes the resolution's chance splits).
 *
 * @returns in the order of their first member
 */
export function findCommunities(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  { seed, runs }: { readonly seed: number; readonly runs: number },
): Community[] {
  const sorted = [...nodes].sort((a, b) => a - b);
  const graph = communicationGraph(sorted, edges);
  const rows = new Map(sorted.map((node, row) => [node, row]));
  const ties = graph.mapEdges((_, { weight }, source, target) => ({
    a: rows.get(Number(source)) ?? 0,
    b: rows.get(Number(target)) ?? 0,
    weight,
    together: 0,
  }));
  if (ties.length === 0) return sorted.map((node) => ({ members: [node], agreement: [1] }));
  for (let run = 0; run < runs; run++) {
    const found = louvain(graph, { getEdgeWeight: 'weight', rng: seededRng(seed * 1_000_003 + run) });
    const communityOf = sorted.map((node) => found[node]);
    for (const tie of ties) if (communityOf[tie.a] === communityOf[tie.b]) tie.together++;
  }
  const sets = new DisjointSets(sorted.length);
  for (const { a, b, together } of ties) if (2 * together > runs) sets.union(a, b);
  const inside = new Float64Array(sorted.length);
  const agreed = new Float64Array(sorted.length);
  for (const { a, b, weight, together } of ties) {
    if (sets.find(a) !== sets.find(b)) continue;
    for (const end of [a, b]) {
      inside[end] = (inside[end] ?? 0) + weight;
      agreed[end] = (agreed[end] ?? 0) + weight * (together / runs);
    }
  }
  return [...groupBy(sorted.keys(), (row) => sets.find(row)).values()].map((members) => ({
    members: members.map((row) => sorted[row] ?? 0),
    agreement: members.map((row) =>
      (inside[row] ?? 0) > 0 ? Math.min(1, (agreed[row] ?? 0) / (inside[row] ?? 1)) : 1,
    ),
  }));
}
