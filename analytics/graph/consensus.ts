import type { WeightedEdge } from './communication';
import { DisjointSets } from './disjoint-sets';
import { groupBy } from './group-by';

export interface Community {
  /** Ascending. */
  readonly members: readonly number[];
  /** Per member, 0 to 1: share of its ties inside the community that most runs agreed on; 1 for a lone node. */
  readonly agreement: readonly number[];
}

/**
 * What several partitions agree on: two nodes that talk belong together when more than half of them put them together
 * (co-association, Strehl and Ghosh 2002, over edges only, which keeps it linear; Lancichinetti and Fortunato 2012 show
 * that consensus also removes the chance splits of single runs).
 *
 * @param nodes ascending
 * @param edges between rows of `nodes`
 * @param partitions community of each row
 * @returns in the order of their first member
 */
export function findConsensus(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  partitions: readonly ArrayLike<number>[],
): Community[] {
  const together = edges.map(({ a, b }) => partitions.reduce((sum, of) => sum + Number(of[a] === of[b]), 0));
  const sets = new DisjointSets(nodes.length);
  for (const [at, { a, b }] of edges.entries()) if (2 * (together[at] ?? 0) > partitions.length) sets.union(a, b);
  const inside = new Float64Array(nodes.length);
  const agreed = new Float64Array(nodes.length);
  for (const [at, { a, b, weight }] of edges.entries()) {
    if (sets.find(a) !== sets.find(b)) continue;
    for (const end of [a, b]) {
      inside[end] = (inside[end] ?? 0) + weight;
      agreed[end] = (agreed[end] ?? 0) + weight * ((together[at] ?? 0) / partitions.length);
    }
  }
  return [...groupBy(nodes.keys(), (row) => sets.find(row)).values()].map((members) => ({
    members: members.map((row) => nodes[row] ?? 0),
    agreement: members.map((row) =>
      (inside[row] ?? 0) > 0 ? Math.min(1, (agreed[row] ?? 0) / (inside[row] ?? 1)) : 1,
    ),
  }));
}
