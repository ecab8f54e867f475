import { groupBy } from '../../graph/group-by';
import type { Dependency } from '../../model/dependency';
import type { Group, GroupKind, Topology } from '../../model/topology';
import { serviceKey, serviceName } from '../../services';
import { compareText } from '../../../ingest/kernel/text';
import type { GroupName } from '../history/diff';
import type { Tie, TiedService } from './answer';

/** Of a workload that is in several: what it is for rather than what it also serves. */
const HOMES: readonly GroupKind[] = ['application', 'shared-service', 'scanner', 'external', 'unknown'];

/**
 * With which applications, shared services and outsiders a workload talks, and about what.
 *
 * @param own answered dependencies that the workload is one end of
 */
export function tiesOf(workload: string, own: readonly Dependency[], { groups }: Topology): Tie[] {
  const homes = homesOf(groups);
  const byHome = new Map<string, { home: GroupName; dependencies: Dependency[] }>();
  for (const dependency of own) {
    const home = homes.get(peerOf(dependency, workload));
    if (!home) continue;
    const tie = byHome.get(home.id);
    if (tie) tie.dependencies.push(dependency);
    else byHome.set(home.id, { home, dependencies: [dependency] });
  }
  return [...byHome.values()]
    .map(({ home, dependencies }): Tie => ({
      ...home,
      ...countsOf(dependencies, workload),
      services: servicesOf(dependencies, workload),
    }))
    .sort(mostFirst);
}

/** By workload id, the group it is at home in; tiers are left out. */
function homesOf(groups: readonly Group[]): ReadonlyMap<string, GroupName> {
  const homes = new Map<string, GroupName>();
  const ranked = groups
    .filter(({ kind }) => HOMES.includes(kind))
    .toSorted((a, b) => HOMES.indexOf(a.kind) - HOMES.indexOf(b.kind));
  for (const lent of [false, true]) {
    for (const { id, kind, name, members } of ranked) {
      for (const member of members) {
        if ((member.lent === true) === lent && !homes.has(member.workload))
          homes.set(member.workload, { id, kind, name });
      }
    }
  }
  return homes;
}

function servicesOf(dependencies: readonly Dependency[], workload: string): TiedService[] {
  const byService = groupBy(
    dependencies,
    ({ server, service }) => `${server === workload ? 'server' : 'client'} ${serviceKey(service)}`,
  );
  return [...byService.values()]
    .flatMap((of): TiedService[] => {
      const [first] = of;
      if (!first) return [];
      const { service, server } = first;
      return [
        {
          service: serviceKey(service),
          name: serviceName(service),
          side: server === workload ? 'server' : 'client',
          ...countsOf(of, workload),
        },
      ];
    })
    .sort((a, b) => mostFirst(a, b) || compareText(a.service, b.service) || compareText(a.side, b.side));
}

function countsOf(dependencies: readonly Dependency[], workload: string) {
  return {
    peers: new Set(dependencies.map((dependency) => peerOf(dependency, workload))).size,
    connections: dependencies.reduce((sum, { connections }) => sum + connections, 0),
  };
}

function peerOf({ client, server }: Dependency, workload: string): string {
  return client === workload ? server : client;
}

function mostFirst(
  a: { readonly peers: number; readonly connections: number; readonly name: string },
  b: { readonly peers: number; readonly connections: number; readonly name: string },
): number {
  return b.peers - a.peers || b.connections - a.connections || compareText(a.name, b.name);
}
