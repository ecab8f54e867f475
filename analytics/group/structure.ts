import { findApplications, type Application } from './applications/applications';
import type { GroupConfig } from './config';
import { UNCONSTRAINED, type Constraints } from './constraints';
import { findCrossings, type EnvironmentCrossing } from './applications/crossings';
import { findDeviations, type LabelDeviation } from './applications/deviations';
import { environmentsOf } from './applications/environments';
import type { Evidence, Use } from './evidence';
import { findMeshes, type Mesh } from './shared/meshes';
import type { Topology } from '../model/topology';
import { groupOutsiders, type Outsiders } from './outsiders';
import type { PlacesBefore } from './places-before';
import { tagsOf } from './purpose';
import { findRoles, type Roles } from './roles/roles';
import { findScanners, type Scanner } from './shared/scanners';
import { findSharedServices } from './shared/shared';
import { homesOf } from './silence';
import type { SharedService } from './shared/shared-words';
import { findTiers, type Tier } from './roles/tiers';
import { findUnanswered, type Unanswered } from './unanswered';

/** Everything found, by number; names and identities come after. */
export interface Structure {
  readonly scanners: readonly Scanner[];
  readonly meshes: readonly Mesh[];
  readonly shared: readonly SharedService[];
  /** What nearly is a shared service, the surest first: for a person to confirm. */
  readonly nearlyShared: readonly SharedService[];
  readonly roles: Pick<Roles, 'members' | 'roleOf'>;
  readonly applications: readonly Application[];
  /** Digests of what would have been found without the run before. */
  readonly afresh: NonNullable<Topology['afresh']>;
  readonly tiers: readonly Tier[];
  readonly unanswered: Unanswered;
  readonly outsiders: readonly Outsiders[];
  /** Traffic between environments, with shared services last, most connections first. */
  readonly crossings: readonly EnvironmentCrossing[];
  /** Where labels and traffic differ. */
  readonly deviations: readonly LabelDeviation[];
  /** What was looked at after scanners, meshes and shared services were set aside. */
  readonly uses: readonly Use[];
}

/**
 * The stages in order: each sets aside what would mislead the next.
 *
 * @param before where the run before had each workload: weak evidence, which what is seen today outweighs
 */
export function findStructure(
  evidence: Evidence,
  config: GroupConfig,
  seed: number,
  constraints: Constraints = UNCONSTRAINED,
  before?: PlacesBefore,
): Structure {
  const scanners = findScanners(evidence, constraints);
  const scanning = new Set(scanners.map(({ workload }) => workload));
  const asked = evidence.uses.filter(({ client }) => !scanning.has(client));
  const meshes = findMeshes(
    evidence,
    asked.filter(({ answered }) => answered),
  );
  const meshed = new Set(meshes.map(({ service }) => service));
  const uses = asked.filter(({ service }) => !meshed.has(service));

  const environments = environmentsOf(evidence.workloads, config.applications.labelWeight);
  const managed = evidence.managed.filter((workload) => !scanning.has(workload));
  const { shared, nearly: nearlyShared } = findSharedServices(evidence, uses, environments, constraints, seed);
  const sharing = new Set(shared.flatMap(({ workloads }) => workloads));

  const members = managed.filter((workload) => !sharing.has(workload));
  // What everybody does with the shared services tells no one apart, nor does who logs in to whom: people do, anywhere.
  const telling = uses.filter(
    ({ client, server, service }) =>
      !sharing.has(client) && !sharing.has(server) && !isAdministration(evidence, service),
  );
  const roles = findRoles(evidence, telling, config.roles, before?.roles, before?.afresh?.roles);
  const options = { ...config.applications, seed };
  const homes = before && homesOf(before, telling, members);
  const { applications, afresh } = findApplications(
    evidence,
    members,
    uses,
    roles,
    options,
    constraints,
    homes,
    before?.afresh?.applications,
  );
  const tiers = findTiers(applications, roles);
  const unanswered = findUnanswered(evidence, telling, applications, constraints);
  const outsiders = groupOutsiders(evidence, new Set([...scanning, ...sharing]));
  // Logins tell no one apart, and yet from dev to prod they are what an engineer wants to see first.
  const crossings = findCrossings(evidence, uses, environments, sharing);
  const deviations = findDeviations(evidence, telling, applications);
  return {
    scanners,
    meshes,
    shared,
    nearlyShared,
    roles,
    applications,
    afresh: { roles: roles.afresh, applications: afresh },
    tiers,
    unanswered,
    outsiders,
    crossings,
    deviations,
    uses: telling,
  };
}

function isAdministration({ services }: Evidence, service: number): boolean {
  const used = services[service];
  return used !== undefined && tagsOf(used).includes('admin');
}
