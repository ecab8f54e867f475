import { UndirectedGraph } from 'graphology';
import { louvain } from '../../graph/louvain';
import { seededRng } from '../../graph/random';
import type { Dependency } from '../../model/dependency';
import { serviceKey } from '../../services';
import { averageLink, type Cut, type Profile } from './average-link';
import { agreement } from './topology-scores';

/** True group by workload id. */
export type Labels = ReadonlyMap<string, string>;

/** All that simple methods look at: who uses which service of whom, once each. */
export type Contact = Pick<Dependency, 'client' | 'server' | 'service'>;

const LOUVAIN_SEEDS = 5;
/** Services on more of the host pairs than this tell nobody apart. */
const COMMON = 0.05;
/** The similarity at which trials on labelled networks did best (docs: groups). */
const PORTS_CUT = 0.4;
/** Beyond this, all pairs are too many. */
const MOST_LINKED = 3_000;

/** Louvain as it comes, on who talks to whom: community of each host, once a seed. */
export function louvainRuns(contacts: readonly Contact[]): ReadonlyMap<string, string>[] {
  const graph = new UndirectedGraph();
  for (const { client, server } of [...contacts].sort(byEnds)) {
    if (client !== server) graph.mergeEdge(client, server);
  }
  return Array.from({ length: LOUVAIN_SEEDS }, (_, seed) => {
    const found = graph.size === 0 ? {} : louvain(graph, { rng: seededRng(seed + 1), getEdgeWeight: null });
    return new Map(Object.entries(found).map(([host, community]) => [host, String(community)]));
  });
}

/** Adjusted Rand index, mean over runs. */
export function meanAgreement(labels: Labels, runs: readonly ReadonlyMap<string, string>[]): number {
  return runs.reduce((sum, run) => sum + agreement(labels, run), 0) / runs.length;
}

export function plainLouvain(contacts: readonly Contact[], labels: Labels): number {
  return meanAgreement(labels, louvainRuns(contacts));
}

/**
 * The index of average link on profiles of the labelled hosts, common services left out: by services, and by whom they
 * serve and use, with the true number of groups given. Null for more hosts than it can take.
 */
export function profileBaselines(
  contacts: readonly Contact[],
  labels: Labels,
): { readonly ports: number; readonly neighbours: number } | null {
  if (labels.size > MOST_LINKED) return null;
  const telling = withoutCommon(contacts);
  const groups = new Set(labels.values()).size;
  return {
    ports: linked(tfIdf(countsOf(telling, labels, portFeatures(telling))), labels, { similarity: PORTS_CUT }),
    neighbours: linked(presence(countsOf(telling, labels, neighbourFeatures)), labels, { clusters: groups }),
  };
}

type FeaturesOf = (contact: Contact) => { readonly client: string; readonly server: string };

function neighbourFeatures({ client, server }: Contact): ReturnType<FeaturesOf> {
  return { client: `uses ${server}`, server: `serves ${client}` };
}

/** Services seen on one pair only are handed out: one feature, whichever it is. */
function portFeatures(contacts: readonly Contact[]): FeaturesOf {
  const counts = pairsByService(contacts);
  return ({ service }) => {
    const key = serviceKey(service);
    const name = service.kind === 'dynamic' || counts.get(key) === 1 ? 'dynamic' : key;
    return { client: `uses ${name}`, server: `serves ${name}` };
  };
}

/** How often each labelled host has each feature. */
function countsOf(contacts: readonly Contact[], labels: Labels, featuresOf: FeaturesOf): Map<string, Profile> {
  const counts = new Map([...labels.keys()].map((host) => [host, new Map<string, number>()]));
  const add = (host: string, feature: string) => {
    const profile = counts.get(host);
    profile?.set(feature, (profile.get(feature) ?? 0) + 1);
  };
  for (const contact of contacts) {
    const { client, server } = featuresOf(contact);
    add(contact.client, client);
    add(contact.server, server);
  }
  return counts;
}

/** How many peers, logarithmically, times how few hosts. */
function tfIdf(counts: ReadonlyMap<string, Profile>): Map<string, Profile> {
  const hosts = new Map<string, number>();
  for (const profile of counts.values())
    for (const feature of profile.keys()) hosts.set(feature, (hosts.get(feature) ?? 0) + 1);
  return weighed(
    counts,
    (feature, count) => (1 + Math.log(count)) * Math.log((1 + counts.size) / (hosts.get(feature) ?? 1)),
  );
}

function presence(counts: ReadonlyMap<string, Profile>): Map<string, Profile> {
  return weighed(counts, () => 1);
}

function weighed(
  counts: ReadonlyMap<string, Profile>,
  weigh: (feature: string, count: number) => number,
): Map<string, Profile> {
  return new Map(
    [...counts].map(([host, profile]) => [
      host,
      new Map([...profile].map(([feature, count]) => [feature, weigh(feature, count)])),
    ]),
  );
}

function linked(of: ReadonlyMap<string, Profile>, labels: Labels, cut: Cut): number {
  const found = averageLink([...of.values()], cut);
  return agreement(labels, new Map([...of.keys()].map((host, at) => [host, String(found[at])])));
}

function withoutCommon(contacts: readonly Contact[]): Contact[] {
  const pairs = new Set(contacts.map(({ client, server }) => `${client} ${server}`)).size;
  const counts = pairsByService(contacts);
  return contacts.filter(({ service }) => (counts.get(serviceKey(service)) ?? 0) <= COMMON * pairs);
}

/** A contact is one pair's. */
function pairsByService(contacts: readonly Contact[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { service } of contacts) {
    const key = serviceKey(service);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function byEnds(a: Contact, b: Contact): number {
  return a.client < b.client ? -1 : a.client > b.client ? 1 : a.server < b.server ? -1 : a.server > b.server ? 1 : 0;
}
