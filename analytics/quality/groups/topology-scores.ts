import type { Group, Topology } from '../../model/topology';
import { adjustedRandIndex } from '../rand-index';
import type { Truth } from './truth';

/** Adjusted Rand indices, and shares. */
export interface TopologyScores {
  /** Final groups against tiers and shared services: what a network with one level of labels is scored by. */
  readonly ari: number;
  /** Applications with their environments, over the placeable hosts that belong to one. */
  readonly appsAri: number;
  /** Tiers within applications, over the same hosts. */
  readonly tiersAri: number;
  /** Roles across applications, over the same hosts. */
  readonly rolesAri: number;
  /** Of the hosts said to provide a shared service, those that do, and the other way round. */
  readonly sharedPrecision: number;
  readonly sharedRecall: number;
}

/** One group per workload: the one of these kinds that it belongs to most clearly. */
export function membership({ groups }: Topology, kinds: ReadonlySet<Group['kind']>): Map<string, Group> {
  const best = new Map<string, { group: Group; confidence: number }>();
  for (const group of groups) {
    if (!kinds.has(group.kind)) continue;
    for (const { workload, confidence } of group.members) {
      if (confidence > (best.get(workload)?.confidence ?? -1)) best.set(workload, { group, confidence });
    }
  }
  return new Map([...best].map(([workload, { group }]) => [workload, group]));
}

/** The tier a workload belongs to most clearly, or the shared service or scanner it is. */
export function finalGroups(topology: Topology): Map<string, string> {
  const found = membership(topology, new Set(['tier', 'shared-service', 'scanner', 'external', 'unknown']));
  return new Map([...found].map(([workload, { id }]) => [workload, id]));
}

/** Index of groups against the truth; a host in no group is alone. */
export function agreement(truth: ReadonlyMap<string, string>, groupOf: ReadonlyMap<string, string>): number {
  const hosts = [...truth.keys()];
  return adjustedRandIndex(
    hosts.map((host) => groupOf.get(host) ?? `alone ${host}`),
    [...truth.values()],
  );
}

export function scoreTopology(topology: Topology, truth: Truth): TopologyScores {
  const all = [...truth];
  const owned = all.filter(([, { shared, placeable }]) => shared === null && placeable);
  const labels = (of: (host: (typeof all)[number][1]) => string) => new Map(owned.map(([id, host]) => [id, of(host)]));
  const idsOf = (found: ReadonlyMap<string, Group>) => new Map([...found].map(([workload, { id }]) => [workload, id]));
  const tiers = membership(topology, new Set(['tier']));
  const sharing = membership(topology, new Set(['shared-service', 'scanner']));
  const provides = new Set(all.filter(([, { shared }]) => shared !== null).map(([id]) => id));
  const claimed = [...sharing.keys()].filter((id) => truth.has(id));
  const hits = claimed.filter((id) => provides.has(id)).length;
  return {
    ari: agreement(new Map(all.map(([id, { tier }]) => [id, tier])), finalGroups(topology)),
    appsAri: agreement(
      labels(({ application }) => application ?? ''),
      idsOf(membership(topology, new Set(['application']))),
    ),
    tiersAri: agreement(
      labels(({ tier }) => tier),
      idsOf(tiers),
    ),
    rolesAri: agreement(
      labels(({ role }) => role),
      roleGroups(topology),
    ),
    sharedPrecision: claimed.length === 0 ? 1 : hits / claimed.length,
    sharedRecall: provides.size === 0 ? 1 : hits / provides.size,
  };
}

/** The role of each workload's tier, whatever its application; the group of one that is in no tier. */
export function roleGroups(topology: Topology): Map<string, string> {
  const tiers = membership(topology, new Set(['tier']));
  return new Map([
    ...finalGroups(topology),
    ...[...tiers].map(([workload, { id, role }]) => [workload, role === undefined ? id : `role ${role}`] as const),
  ]);
}
