import { communicationGraph, sumByPair, type WeightedEdge } from './communication';
import { findConsensus, type Community } from './consensus';
import { louvain } from './louvain';
import { plantedPartition } from './planted-partition';
import { seededRng, type Rng } from './random';

export interface ConsensusOptions {
  readonly seed: number;
  /** How many partitions must agree. */
  readonly runs: number;
}

/**
 * Communities that Louvain runs (Blondel et al. 2008) with different seeds agree on.
 *
 * @returns in the order of their first member
 */
export function findCommunities(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  { seed, runs }: ConsensusOptions,
): Community[] {
  const sorted = [...nodes].sort((a, b) => a - b);
  const graph = communicationGraph(sorted, edges);
  const rows = new Map(sorted.map((node, row) => [node, row]));
  const ties = graph.mapEdges((_, { weight }, source, target) => ({
    a: rows.get(Number(source)) ?? 0,
    b: rows.get(Number(target)) ?? 0,
    weight,
  }));
  if (ties.length === 0) return findConsensus(sorted, [], []);
  return findConsensus(
    sorted,
    ties,
    seeded({ seed, runs }, (rng) => {
      const found = louvain(graph, { getEdgeWeight: 'weight', rng });
      return sorted.map((node) => found[node] ?? 0);
    }),
  );
}

/** Communities that planted partitions found with different seeds agree on. */
export interface PlantedCommunities {
  /**
   * Those that so many runs agree on; runs made before are not made again.
   *
   * @returns in the order of their first member
   */
  agreedBy(runs: number): Community[];
}

/** @param edges weights may be fractions */
export function plantedCommunities(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  seed: number,
): PlantedCommunities {
  const sorted = [...nodes].sort((a, b) => a - b);
  const rows = new Map(sorted.map((node, row) => [node, row]));
  const ties = sumByPair(edges.map(({ a, b, weight }) => ({ a: rows.get(a) ?? 0, b: rows.get(b) ?? 0, weight })));
  const found: Uint32Array[] = [];
  return {
    agreedBy(runs) {
      while (found.length < runs) found.push(plantedPartition(sorted.length, ties, rngOf(seed, found.length)));
      return findConsensus(sorted, ties, found.slice(0, runs));
    },
  };
}

export function findPlantedCommunities(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  { seed, runs }: ConsensusOptions,
): Community[] {
  return plantedCommunities(nodes, edges, seed).agreedBy(runs);
}

function seeded<Partition>({ seed, runs }: ConsensusOptions, find: (rng: Rng) => Partition): Partition[] {
  return Array.from({ length: runs }, (_, run) => find(rngOf(seed, run)));
}

function rngOf(seed: number, run: number): Rng {
  return seededRng(seed * 1_000_003 + run);
}
