import type { WeightedEdge } from '../../graph/communication';
import { findCommunities } from '../../graph/communities';
import type { Evidence, Use } from '../evidence';

/** Managed workloads that have mostly to do with each other: good enough to see how far a hub reaches across. */
export interface Neighbourhoods {
  /** Undefined for a workload that has to do with no other managed one. */
  of(workload: number): number | undefined;
  /** Members, by neighbourhood. */
  readonly sizes: readonly number[];
}

/**
 * The weight of a tie whose ends have no other. Kept low, for Louvain's sums must stay exact; beyond so many partners a
 * tie would weigh less than the unit of weights, and is left out.
 */
const HEAVIEST = 16;
const MOST_PARTNERS = 2048;

/**
 * Communities of the communication graph in which a tie counts the less the more others its busier end has (as in
 * the resource allocation index of Zhou, Lü and Zhang 2009): whoever talks to everybody ties nobody together, so that no
 * hub need be known beforehand.
 */
export function findNeighbourhoods(evidence: Evidence, uses: readonly Use[], seed: number): Neighbourhoods {
  const { workloads, managed, isManaged } = evidence;
  const pairs: (readonly [client: number, server: number])[] = [];
  const out = new Uint32Array(workloads.length);
  const into = new Uint32Array(workloads.length);
  // Uses are sorted by pair.
  let last: Use | undefined;
  for (const use of uses) {
    const { client, server } = use;
    const again = last?.client === client && last.server === server;
    last = use;
    if (again || !isManaged(client) || !isManaged(server)) continue;
    pairs.push([client, server]);
    out[client] = (out[client] ?? 0) + 1;
    into[server] = (into[server] ?? 0) + 1;
  }
  const edges = pairs.flatMap(([a, b]): WeightedEdge[] => {
    const partners = Math.max(out[a] ?? 1, into[b] ?? 1);
    return partners > MOST_PARTNERS ? [] : [{ a, b, weight: HEAVIEST / partners }];
  });
  const found = findCommunities(managed, edges, { seed, runs: 1 }).filter(({ members }) => members.length > 1);
  const numbers = new Map(found.flatMap(({ members }, n) => members.map((workload) => [workload, n] as const)));
  return { of: (workload) => numbers.get(workload), sizes: found.map(({ members }) => members.length) };
}
