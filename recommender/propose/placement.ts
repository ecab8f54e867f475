import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Group } from '../../analytics/model/topology';
import { serviceKey } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import type { Estate } from './estate';

/** All use that one group makes of one service of another. */
export interface Bundle {
  readonly source: Group;
  readonly destination: Group;
  readonly service: Service;
  readonly dependencies: readonly Dependency[];
}

/** A dependency, and the group that its server serves it for. */
export interface Served {
  readonly destination: Group;
  readonly dependency: Dependency;
}

/**
 * A workload in several groups acts for the one that a service is most typical of: whose members serve it, or use it, in
 * the greatest part, then the greatest number.
 */
export function placeServers(dependencies: readonly Dependency[], estate: Estate): Served[] {
  const acts = dependencies.map(({ server, service }) => ({ workload: server, use: serviceKey(service) }));
  const serving = typicalGroups(acts, estate);
  return dependencies.map((dependency) => ({
    dependency,
    destination: serving(dependency.server, serviceKey(dependency.service)),
  }));
}

/** Puts every dependency between two groups, once. */
export function placeClients(served: readonly Served[], estate: Estate): Bundle[] {
  const used = served.map(({ dependency, destination }) => {
    return { dependency, destination, use: `${destination.id}\t${serviceKey(dependency.service)}` };
  });
  const using = typicalGroups(
    used.map(({ dependency, use }) => ({ workload: dependency.client, use })),
    estate,
  );

  const bundles = new Map<string, { source: Group; destination: Group; dependencies: Dependency[] }>();
  for (const { dependency, destination, use } of used) {
    const source = using(dependency.client, use);
    const key = `${source.id}\t${use}`;
    const bundle = bundles.get(key);
    if (bundle) bundle.dependencies.push(dependency);
    else bundles.set(key, { source, destination, dependencies: [dependency] });
  }
  return [...bundles.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { source, destination, dependencies }]) => ({
      source,
      destination,
      service: widest(dependencies.map(({ service }) => service)),
      dependencies: dependencies.sort(byEnds),
    }));
}

function byEnds(a: Dependency, b: Dependency): number {
  return compareText(a.client, b.client) || compareText(a.server, b.server);
}

interface Act {
  readonly workload: string;
  readonly use: string;
}

function typicalGroups(acts: readonly Act[], estate: Estate): (workload: string, use: string) => Group {
  const actors = new Map<string, Set<string>>();
  for (const { workload, use } of acts) {
    for (const { id } of estate.groupsOf(workload)) {
      const key = `${id}\t${use}`;
      const known = actors.get(key);
      if (known) known.add(workload);
      else actors.set(key, new Set([workload]));
    }
  }
  const isMoreTypical = (group: Group, than: Group, use: string): boolean => {
    const count = actors.get(`${group.id}\t${use}`)?.size ?? 0;
    const other = actors.get(`${than.id}\t${use}`)?.size ?? 0;
    const difference = count / group.members.length - other / than.members.length;
    return difference > 0 || (difference === 0 && count > other);
  };
  return (workload, use) =>
    estate.groupsOf(workload).reduce((best, group) => (isMoreTypical(group, best, use) ? group : best));
}

/** The same service seen several times: of a dynamic one, each saw its own part of the range. */
export function widest(services: readonly Service[]): Service {
  return services.reduce((a, b) => {
    if (a.kind !== 'dynamic' || b.kind !== 'dynamic') return a;
    const first = Math.min(a.observed.first, b.observed.first);
    const last = Math.max(a.observed.last, b.observed.last);
    return { kind: 'dynamic', protocol: a.protocol, control: a.control, observed: { first, last } };
  });
}

/** The control port of a dynamic service, as a service. */
export function controlPort(service: Service): Service | undefined {
  if (service.kind !== 'dynamic' || service.control === null) return undefined;
  return { kind: 'port', protocol: service.protocol, port: service.control };
}
