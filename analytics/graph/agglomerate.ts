import { Clustering } from './clustering';
import { mergeClusters } from './cluster-merges';
import type { SimilarityGraph } from './neighbours';
import type { PartitionPrior } from './partition-prior';
import { moveRows } from './row-moves';
import { rowCount } from './sparse';
import type { Urns } from './urns';

/** Rounds from rows that are all alone, whose first neighbours are no clusters yet, and from a partition. */
const ROUNDS = { alone: 2, partition: 1 } as const;

/**
 * Moves rows between clusters and merges clusters as long as that makes the draws likelier: local moves as those of
 * Louvain (Blondel et al. 2008), with evidence in place of modularity. Rows and clusters look at where their neighbours
 * are only, which keeps it near linear in the draws.
 *
 * @returns clusters, each ascending, in the order of their first row
 */
export function agglomerate(
  urns: Urns,
  prior: PartitionPrior,
  graph: SimilarityGraph,
  start: readonly (readonly number[])[],
): number[][] {
  const clustering = new Clustering(urns, prior, start);
  const rounds = ROUNDS[start.length === rowCount(urns.drawn) ? 'alone' : 'partition'];
  for (let round = 0; round < rounds; round++) {
    const moved = moveRows(clustering, graph);
    const merged = mergeClusters(clustering, graph);
    if (!moved && !merged) break;
  }
  return clustering.partition();
}
