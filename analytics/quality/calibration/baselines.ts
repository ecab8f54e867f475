import { findCommunities } from '../../graph/communities';
import { adjustedRandIndex } from '../rand-index';
import type { Edge } from './hourly-edges';

const LOUVAIN_SEEDS = 10;
/** Ports on more host pairs than this share say nothing about a host. */
const COMMON_PORT = 0.05;

/** Host number to true group. */
export type Labels = ReadonlyMap<number, string>;

/** Louvain at its default resolution on the communication graph as it is, mesh and all: mean index over seeds. */
export function louvainIndex(edges: readonly Edge[], labels: Labels): number {
  const hosts = [...new Set(edges.flatMap(({ client, server }) => [client, server]))];
  const graph = [...pairsOf(edges).values()].map(([a, b]) => ({ a: Math.min(a, b), b: Math.max(a, b), weight: 1 }));
  const scores = Array.from({ length: LOUVAIN_SEEDS }, (_, seed) => {
    const found = findCommunities(hosts, graph, { seed, runs: 1 });
    return indexOf(new Map(found.flatMap(({ members }, at) => members.map((host) => [host, at]))), labels);
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/**
 * Average linkage over the cosine of whom a host serves and whom it uses, common ports left out, with the true number
 * of groups given: what grouping by neighbours reaches at best.
 */
export function neighbourIndex(edges: readonly Edge[], labels: Labels): number {
  const pairs = pairsOf(edges).size;
  const uses = new Map<string, Set<number>>();
  for (const { client, server, port } of edges) {
    const known = uses.get(port) ?? new Set();
    uses.set(port, known.add(pairKey(client, server)));
  }
  const profiles = new Map([...labels.keys()].map((host) => [host, new Set<string>()]));
  for (const { client, server, port } of edges) {
    if ((uses.get(port)?.size ?? 0) > COMMON_PORT * pairs) continue;
    profiles.get(client)?.add(`uses ${server}`);
    profiles.get(server)?.add(`serves ${client}`);
  }
  return indexOf(averageLinkage(profiles, new Set(labels.values()).size), labels);
}

/**
 * Exact rules, one per client, server and port seen before: the share of what is used later between labelled hosts and
 * anybody that they would deny.
 */
export function exactRuleDenials(edges: readonly Edge[], until: number, concerns: (edge: Edge) => boolean): number {
  const later = edges.filter((edge) => concerns(edge) && [...edge.hours].some((hour) => hour >= until));
  const denied = later.filter(({ hours }) => [...hours].every((hour) => hour >= until));
  return denied.length / later.length;
}

function averageLinkage(profiles: ReadonlyMap<number, ReadonlySet<string>>, groups: number): Map<number, number> {
  const clusters = [...profiles.keys()].map((host) => [host]);
  const similar = [...profiles.values()].map((a) => [...profiles.values()].map((b) => cosine(a, b)));
  while (clusters.length > groups) {
    let best = { score: -1, a: 0, b: 1 };
    for (let a = 0; a < clusters.length; a++) {
      for (let b = a + 1; b < clusters.length; b++) {
        const score = similar[a]?.[b] ?? 0;
        if (score > best.score) best = { score, a, b };
      }
    }
    merge(clusters, similar, best.a, best.b);
  }
  return new Map(clusters.flatMap((hosts, at) => hosts.map((host): [number, number] => [host, at])));
}

/** Lance and Williams 1967: the mean over all pairs of a merged cluster follows from its halves'. */
function merge(clusters: number[][], similar: number[][], a: number, b: number): void {
  const [left, right] = [clusters[a] ?? [], clusters[b] ?? []];
  const share = left.length / (left.length + right.length);
  for (const [at, row] of similar.entries()) {
    const mean = share * (row[a] ?? 0) + (1 - share) * (row[b] ?? 0);
    row[a] = mean;
    const own = similar[a];
    if (own) own[at] = mean;
  }
  clusters[a] = [...left, ...right];
  clusters.splice(b, 1);
  similar.splice(b, 1);
  for (const row of similar) row.splice(b, 1);
}

function cosine(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const feature of a) if (b.has(feature)) common++;
  return common / Math.sqrt(a.size * b.size);
}

function pairsOf(edges: readonly Edge[]): Map<number, readonly [number, number]> {
  return new Map(edges.map(({ client, server }) => [pairKey(client, server), [client, server]]));
}

function pairKey(client: number, server: number): number {
  return client * 2 ** 20 + server;
}

function indexOf(groupOf: ReadonlyMap<number, number>, labels: Labels): number {
  const hosts = [...labels.keys()];
  return adjustedRandIndex(
    hosts.map((host) => String(groupOf.get(host) ?? `alone ${host}`)),
    [...labels.values()],
  );
}
