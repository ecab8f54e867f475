import type { SimilarityGraph } from './neighbours';

/** Cluster `from` became part of cluster `into`; a cluster has the number of one of its items. */
export interface Merge {
  readonly into: number;
  readonly from: number;
  readonly similarity: number;
}

interface Neighbour {
  readonly cluster: number;
  readonly similarity: number;
}

/**
 * Average-link agglomeration (Sokal and Michener 1958) on a sparse graph, by nearest-neighbour chains (Benzécri 1982;
 * Murtagh 1983), which need no queue. The similarity of two clusters is the mean over the pairs across, a pair without an
 * edge counting zero. Where a graph keeps only so many neighbours per item, the mean is over the pairs that it could have
 * kept, or large clusters would never find each other.
 *
 * @returns merges, those inside a cluster before those of the cluster; items without a path between them stay apart
 */
export function averageLinkage({ neighbours, limit }: SimilarityGraph): Merge[] {
  const sums = neighbours.map((near) => new Map(near));
  const sizes = neighbours.map(() => 1);
  const merges: Merge[] = [];
  const chain: number[] = [];
  for (let start = 0; start < sums.length;) {
    const top = chain.at(-1);
    if (top === undefined) {
      if (sizes[start] === 0 || sums[start]?.size === 0) start++;
      else chain.push(start);
      continue;
    }
    const before = chain.at(-2);
    const back = before === undefined ? -1 : similarity(top, before);
    const next = nearest(top);
    if (next && next.similarity > back) {
      // Bounding the pairs costs reducibility: a merge may bring two clusters closer than either part was, and the
      // chain back to itself. It is taken up again from there; similarities along it only ever rise.
      const met = chain.indexOf(next.cluster);
      if (met >= 0) chain.length = met + 1;
      else chain.push(next.cluster);
    } else {
      chain.length -= before === undefined ? 1 : 2;
      if (before !== undefined) merge(top, before, back);
    }
  }
  return merges;

  function similarity(a: number, b: number): number {
    const [sizeA = 1, sizeB = 1] = [sizes[a], sizes[b]];
    return (sums[a]?.get(b) ?? 0) / Math.min(sizeA * sizeB, limit * Math.min(sizeA, sizeB));
  }

  function nearest(cluster: number): Neighbour | undefined {
    let best: Neighbour | undefined;
    for (const other of sums[cluster]?.keys() ?? []) {
      const found = similarity(cluster, other);
      if (!best || found > best.similarity || (found === best.similarity && other < best.cluster)) {
        best = { cluster: other, similarity: found };
      }
    }
    return best;
  }

  /** The one with fewer neighbours moves. */
  function merge(a: number, b: number, at: number): void {
    const [into, from] = (sums[a]?.size ?? 0) >= (sums[b]?.size ?? 0) ? [a, b] : [b, a];
    merges.push({ into, from, similarity: at });
    sizes[into] = (sizes[into] ?? 0) + (sizes[from] ?? 0);
    sizes[from] = 0;
    const kept = sums[into];
    for (const [other, sum] of sums[from] ?? []) {
      sums[other]?.delete(from);
      if (other === into) continue;
      const joint = (kept?.get(other) ?? 0) + sum;
      kept?.set(other, joint);
      sums[other]?.set(into, joint);
    }
    sums[from] = new Map();
  }
}
