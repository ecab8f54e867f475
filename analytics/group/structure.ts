import { findCommunities } from '../graph/communities';
import { findApplications, type Application } from './applications';
import type { GroupConfig } from './config';
import type { Evidence, Use } from './evidence';
import { findMeshes, type Mesh } from './meshes';
import { groupOutsiders, type Outsiders } from './outsiders';
import { tagsOf } from './purpose';
import { findRoles } from './roles';
import { findScanners, type Scanner } from './scanners';
import { findHubs, findSharedServices, type Hub, type SharedService } from './shared';
import { findTiers, type Tier } from './tiers';
import { weighUses } from './weights';

/** Everything found, by number; names and identities come after. */
export interface Structure {
  readonly scanners: readonly Scanner[];
  readonly meshes: readonly Mesh[];
  readonly shared: readonly SharedService[];
  readonly applications: readonly Application[];
  readonly tiers: readonly Tier[];
  readonly outsiders: readonly Outsiders[];
  /** What was looked at after scanners, meshes and shared services were set aside. */
  readonly uses: readonly Use[];
}

/** The stages in order: each sets aside what would mislead the next. */
export function findStructure(evidence: Evidence, config: GroupConfig, seed: number): Structure {
  const scanners = findScanners(evidence);
  const scanning = new Set(scanners.map(({ workload }) => workload));
  const asked = evidence.uses.filter(({ client }) => !scanning.has(client));
  const meshes = findMeshes(evidence, asked);
  const meshed = new Set(meshes.map(({ service }) => service));
  const uses = asked.filter(({ service }) => !meshed.has(service));

  const managed = evidence.managed.filter((workload) => !scanning.has(workload));
  const hubs = findHubs(evidence, uses);
  const shared = findSharedServices(evidence, uses, hubs, provisionalApplications(evidence, managed, uses, hubs, seed));
  const sharing = new Set(shared.flatMap(({ workloads }) => workloads));

  const members = managed.filter((workload) => !sharing.has(workload));
  // What everybody does with the shared services tells no one apart, nor does who logs in to whom: people do, anywhere.
  const telling = uses.filter(
    ({ client, server, service }) =>
      !sharing.has(client) && !sharing.has(server) && !isAdministration(evidence, service),
  );
  const roles = findRoles(evidence, telling, config.roles);
  const applications = findApplications(evidence, members, uses, roles, { ...config.applications, seed });
  const tiers = findTiers(applications, roles);
  const outsiders = groupOutsiders(evidence, new Set([...scanning, ...sharing]));
  return { scanners, meshes, shared, applications, tiers, outsiders, uses: telling };
}

function isAdministration({ services }: Evidence, service: number): boolean {
  const used = services[service];
  return used !== undefined && tagsOf(used).includes('admin');
}

/** Communities when whatever looks like a hub is left out: good enough to see how far a hub reaches. */
function provisionalApplications(
  evidence: Evidence,
  managed: readonly number[],
  uses: readonly Use[],
  hubs: readonly Hub[],
  seed: number,
): (workload: number) => number | undefined {
  const inside = new Set(managed);
  const keyOf = (side: Hub['side'], workload: number, service: number) => `${side} ${workload} ${service}`;
  const hubKeys = new Set(hubs.map(({ side, workload, service }) => keyOf(side, workload, service)));
  const rest = uses.filter(
    ({ client, server, service }) =>
      inside.has(client) &&
      inside.has(server) &&
      !hubKeys.has(keyOf('server', server, service)) &&
      !hubKeys.has(keyOf('client', client, service)),
  );
  const communities = findCommunities(managed, weighUses(evidence, rest), { seed, runs: 1 });
  const numbered = communities.filter(({ members }) => members.length > 1);
  const of = new Map(numbered.flatMap(({ members }, number) => members.map((workload) => [workload, number] as const)));
  return (workload) => of.get(workload);
}
