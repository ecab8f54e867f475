import { sumByPair, type WeightedEdge } from './communication';
import { findPlantedCommunities, type ConsensusOptions } from './communities';
import type { Community } from './consensus';
import { seededRng, type Rng } from './random';

/**
 * How much more of the ties lies inside communities than degrees explain, against the same of graphs that are random but
 * for their degrees: about 1 where communities are an accident. Sparse random graphs have them as well (Guimerà,
 * Sales-Pardo and Amaral 2004): they fall apart into trees.
 *
 * @param edges each pair once; at least one
 */
export function clusteringBeyondChance(
  nodes: readonly number[],
  edges: readonly WeightedEdge[],
  { seed, runs }: ConsensusOptions,
): number {
  let [found, random] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const once = { seed: seed + run, runs: 1 };
    const rewired = rewire(edges, seededRng(seed * 1_000_003 + run));
    found += excess(edges, findPlantedCommunities(nodes, edges, once));
    random += excess(rewired, findPlantedCommunities(nodes, rewired, once));
  }
  return found / random;
}

/** Every node keeps its number of ties, and gets others (the configuration model). */
function rewire(edges: readonly WeightedEdge[], rng: Rng): WeightedEdge[] {
  const ends = edges.flatMap(({ a, b }) => [a, b]);
  for (let at = ends.length - 1; at > 0; at--) {
    const other = Math.floor(rng() * (at + 1));
    [ends[at], ends[other]] = [ends[other] ?? 0, ends[at] ?? 0];
  }
  return sumByPair(edges.map(({ weight }, at) => ({ a: ends[2 * at] ?? 0, b: ends[2 * at + 1] ?? 0, weight })));
}

/** Modularity: share of the ties that is inside communities, beyond what degrees explain. */
function excess(edges: readonly WeightedEdge[], communities: readonly Community[]): number {
  const of = new Map(communities.flatMap(({ members }, at) => members.map((node) => [node, at] as const)));
  const degrees = communities.map(() => 0);
  let [inside, total] = [0, 0];
  for (const { a, b, weight } of edges) {
    const [x, y] = [of.get(a) ?? 0, of.get(b) ?? 0];
    total += weight;
    if (x === y) inside += weight;
    for (const end of [x, y]) degrees[end] = (degrees[end] ?? 0) + weight;
  }
  return inside / total - degrees.reduce((sum, degree) => sum + (degree / (2 * total)) ** 2, 0);
}
