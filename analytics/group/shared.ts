import { DisjointSets, groupBy } from '../graph/components';
import { serviceName } from '../services';
import type { Reason } from '../model/topology';
import type { Evidence, Use } from './evidence';
import { signature, tagsOf, type Side } from './purpose';

/** One end of a service, and how many of the managed workloads are at the other. */
export interface Hub {
  readonly workload: number;
  readonly service: number;
  readonly side: Side;
  readonly reach: number;
}

/** Workloads that offer the same things to the estate. */
export interface SharedService {
  /** Ascending. */
  readonly workloads: readonly number[];
  /** Widest reach first. */
  readonly hubs: readonly Hub[];
  readonly name: string;
  readonly reasons: readonly Reason[];
}

type UsesByService = ReadonlyMap<number, readonly Use[]>;

/** Share of the managed workloads that the hubs of a service reach together, by what its port says for or against. */
const LEAST_COVERAGE = { 1: 0.3, 0: 0.6, [-1]: 0.7 } as const;
/** A hub reaches this share of what the widest hub of its service does: a standby is one, an ordinary peer is not. */
const LEAST_OF_WIDEST = 0.2;
/** … and this share of the managed workloads, and so many of them. */
const LEAST_SHARE = 0.02;
const LEAST_REACH = 3;
/** Few serve many: at most so many hubs, or this share of the estate. */
const MOST_HUBS = 2;
const MOST_HUB_SHARE = 0.05;
/** Without a port that says so, a hub must be used across this many applications. */
const LEAST_APPLICATIONS = 3;
/** Hubs offering this much in common are one service (Jaccard over services). */
const LEAST_IN_COMMON = 0.5;

/** Every end of a service that may turn out shared: what must not glue applications while these are looked for. */
export function findHubs(evidence: Evidence, uses: readonly Use[]): Hub[] {
  const ends = [...countReach(evidence, uses, 'server'), ...countReach(evidence, uses, 'client')];
  const count = evidence.managed.length;
  const byService = groupBy(uses, ({ service }) => service);
  return [...groupBy(ends, ({ service, side }) => `${side} ${service}`).values()].flatMap((candidates) => {
    const [{ service, side } = { service: -1, side: 'server' as const }] = candidates;
    const used = evidence.services[service];
    if (!used) return [];
    const coverage = LEAST_COVERAGE[signature(used, side)] * (count - 1);
    const widest = Math.max(...candidates.map(({ reach }) => reach));
    const least = Math.max(LEAST_REACH, LEAST_SHARE * count, LEAST_OF_WIDEST * widest);
    const together = candidates.filter(({ reach }) => reach >= least);
    const few = together.length <= Math.max(MOST_HUBS, MOST_HUB_SHARE * count);
    if (few && partners(evidence, byService, together).size >= coverage) return together;
    return together.filter(({ reach }) => reach >= coverage);
  });
}

/**
 * Few hosts that much of the estate uses, or that use much of the estate, across applications.
 *
 * @param applicationOf provisional application of a managed workload, found with the hubs left out; undefined when it
 *   talks to no one else
 * @returns widest reach first
 */
export function findSharedServices(
  evidence: Evidence,
  uses: readonly Use[],
  hubs: readonly Hub[],
  applicationOf: (workload: number) => number | undefined,
): SharedService[] {
  const byService = groupBy(uses, ({ service }) => service);
  const confirmed = hubs.filter((hub) => {
    const used = evidence.services[hub.service];
    if (used && signature(used, hub.side) === 1) return true;
    const applications = new Set([...partners(evidence, byService, [hub])].map(applicationOf));
    applications.delete(undefined);
    return applications.size >= LEAST_APPLICATIONS;
  });
  const byWorkload = groupBy(confirmed, ({ workload }) => workload);
  const workloads = [...byWorkload.keys()].sort((a, b) => a - b);
  const offers = workloads.map(
    (workload) => new Set(byWorkload.get(workload)?.map(({ side, service }) => `${side} ${service}`)),
  );
  const sets = new DisjointSets(workloads.length);
  for (const [i, a] of offers.entries()) {
    for (const [j, b] of offers.entries()) if (i < j && jaccard(a, b) >= LEAST_IN_COMMON) sets.union(i, j);
  }
  return [...groupBy(workloads.keys(), (at) => sets.find(at)).values()]
    .map((rows) => {
      const members = rows.map((row) => workloads[row] ?? -1);
      return describe(
        evidence,
        byService,
        members,
        members.flatMap((workload) => byWorkload.get(workload) ?? []),
      );
    })
    .sort((a, b) => (b.hubs[0]?.reach ?? 0) - (a.hubs[0]?.reach ?? 0) || (a.workloads[0] ?? 0) - (b.workloads[0] ?? 0));
}

function countReach({ services, isManaged, workloads }: Evidence, uses: readonly Use[], side: Side): Hub[] {
  const reach = new Map<number, number>();
  for (const { client, server, service } of uses) {
    const [workload, partner] = side === 'server' ? [server, client] : [client, server];
    if (!isManaged(partner) || workloads[workload]?.kind === 'external') continue;
    const key = workload * services.length + service;
    reach.set(key, (reach.get(key) ?? 0) + 1);
  }
  return [...reach]
    .filter(([, count]) => count >= LEAST_REACH)
    .map(([key, count]) => ({
      workload: Math.floor(key / services.length),
      service: key % services.length,
      side,
      reach: count,
    }));
}

/** The managed workloads at the other end of hubs of one service and side. */
function partners({ isManaged }: Evidence, byService: UsesByService, hubs: readonly Hub[]): Set<number> {
  const workloads = new Set(hubs.map(({ workload }) => workload));
  const found = new Set<number>();
  for (const { client, server } of byService.get(hubs[0]?.service ?? -1) ?? []) {
    const [workload, partner] = hubs[0]?.side === 'server' ? [server, client] : [client, server];
    if (workloads.has(workload) && isManaged(partner)) found.add(partner);
  }
  return found;
}

function describe(
  evidence: Evidence,
  byService: UsesByService,
  workloads: readonly number[],
  hubs: readonly Hub[],
): SharedService {
  const count = evidence.managed.length;
  const joint = [...groupBy(hubs, ({ side, service }) => `${side} ${service}`).values()]
    .map((same) => ({ hub: same[0], reach: partners(evidence, byService, same).size }))
    .sort((a, b) => b.reach - a.reach || (a.hub?.service ?? 0) - (b.hub?.service ?? 0));
  const reasons = joint.flatMap(({ hub, reach }) => {
    const used = hub && evidence.services[hub.service];
    if (!hub || !used) return [];
    const verb = hub.side === 'server' ? 'serves' : 'uses';
    const preposition = hub.side === 'server' ? 'to' : 'of';
    const text = `${verb} ${serviceName(used.service)} (${used.key}) ${preposition} ${reach} of ${count} managed workloads`;
    return [{ text, weight: reach / count }];
  });
  const sorted = [...hubs].sort((a, b) => b.reach - a.reach || a.service - b.service || a.workload - b.workload);
  return {
    workloads,
    hubs: sorted,
    name: nameOf(
      evidence,
      joint.map(({ hub }) => hub),
    ),
    reasons,
  };
}

/** The purpose most of its services have, weighted to the widest; else the widest service's own name. */
function nameOf({ services }: Evidence, hubs: readonly (Hub | undefined)[]): string {
  const votes = new Map<string, number>();
  for (const [rank, hub] of hubs.entries()) {
    const used = hub && services[hub.service];
    if (!used || signature(used, hub.side) !== 1) continue;
    for (const tag of tagsOf(used)) votes.set(tag, (votes.get(tag) ?? 0) + 1 / (1 + rank / 4));
  }
  const [best] = [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (best) return best[0] === 'admin' ? 'jump hosts' : best[0];
  const widest = hubs[0] && services[hubs[0].service];
  if (!widest || !hubs[0]) return 'shared service';
  return `${serviceName(widest.service)} ${hubs[0].side === 'server' ? 'servers' : 'clients'}`;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((item) => b.has(item)).length;
  return common / (a.size + b.size - common);
}
