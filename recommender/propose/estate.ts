import { isHost } from '../../analytics/inventory/networks';
import type { Group, GroupKind, Member, Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { formatPrefix, parseAddress } from '../../ingest/kernel/ip';
import type { Granularity, PolicyGroup, PolicyScope } from '../model/policy';
import { networksOf } from './internet';
import { reuseKnown, type KnownGroup } from './known';
import { environmentsOf, scopeTest } from './scope';

/** A topology as proposing looks at it. */
export interface Estate {
  readonly workloads: ReadonlyMap<string, Workload>;
  /** The groups a rule may name for a workload, at least one. */
  groupsOf(workload: string): readonly Group[];
  /** Its place in each of them. */
  membershipsOf(workload: string): readonly Member[];
  isScanner(workload: string): boolean;
  /** Whether it is a multicast or broadcast address that passes for a workload. */
  isMulticast(workload: string): boolean;
  /** What the policy closes: groups with their managed members only, sorted by id. */
  readonly closed: readonly ClosedGroup[];
  isClosed(workload: string): boolean;
  /** Id of the application that a group is, or is part of. */
  applicationOf(group: Group): string | null;
  environmentOf(workload: string): string | undefined;
  freeze(group: Group): PolicyGroup;
}

export interface ClosedGroup {
  readonly frozen: PolicyGroup;
  readonly members: readonly string[];
}

/** Where a workload is in several: what it serves to all before its place in one application. */
const PREFERENCE: readonly GroupKind[] = ['shared-service', 'tier', 'application', 'scanner', 'unknown', 'external'];
const CLOSABLE: ReadonlySet<GroupKind> = new Set<GroupKind>(['tier', 'application', 'shared-service']);

export interface EstateOptions {
  readonly scope?: PolicyScope;
  /** Applications as a whole, or their tiers: a rule for one workload still belongs to its tier. */
  readonly granularity?: Granularity;
  /** Groups that the target has: what has exactly their members is called by their names. */
  readonly known?: readonly KnownGroup[];
}

/** @throws WayleaveError `unknown-application`, `unknown-environment`, `unknown-workload`, `empty-scope` */
export function surveyEstate(
  topology: Topology,
  { scope = { kind: 'everything' }, granularity = 'tier', known = [] }: EstateOptions = {},
): Estate {
  const workloads = new Map(topology.workloads.map((workload) => [workload.id, workload]));
  const unused = granularity === 'ringfence' ? 'tier' : 'application';
  const groups = topology.groups.filter(({ kind }) => kind !== unused && PREFERENCE.includes(kind)).sort(byPreference);
  const applicationOf = ({ id, kind, application }: Group) => (kind === 'application' ? id : application);
  const groupsOf = new Map<string, Group[]>();
  const memberships = new Map<string, Member[]>();
  for (const group of groups) {
    for (const member of group.members) {
      groupsOf.set(member.workload, [...(groupsOf.get(member.workload) ?? []), group]);
      memberships.set(member.workload, [...(memberships.get(member.workload) ?? []), member]);
    }
  }
  for (const workload of topology.workloads)
    if (!groupsOf.has(workload.id)) groupsOf.set(workload.id, [loneGroup(workload)]);
  const multicast = new Set(topology.workloads.filter(isNoHost).map(({ id }) => id));
  const scanners = new Set(groups.filter(({ kind }) => kind === 'scanner').flatMap(membersOf));

  const reuse = reuseKnown(known);
  const frozen = (group: Group, members: readonly string[]): PolicyGroup => ({
    id: group.id,
    kind: group.kind,
    name: group.name,
    application: group.kind === 'application' ? null : group.application,
    addresses: [...new Set(members.flatMap((id) => addressesOf(workloads.get(id))))].sort(),
  });
  const freeze = (group: Group) => reuse(frozen(group, membersOf(group)));
  const close = (whole: Group): ClosedGroup[] => {
    const managed = membersOf(whole).filter((id) => workloads.get(id)?.kind === 'managed');
    const members = managed.filter((id) => inScope(whole, id));
    if (members.length === 0) return [];
    const part = frozen(whole, members);
    if (members.length === whole.members.length) return [{ members, frozen: reuse(part) }];
    const [id, name] =
      members.length === managed.length
        ? [`${whole.id}:managed`, `managed part of ${whole.name}`]
        : [`${whole.id}:scope`, `part of ${whole.name} in scope`];
    return [{ members, frozen: reuse({ ...part, id, name }) }];
  };

  const inScope = scopeTest(topology, scope);
  const environments = environmentsOf(topology);
  const closed = groups
    .filter(({ kind }) => CLOSABLE.has(kind))
    .flatMap(close)
    .sort((a, b) => (a.frozen.id < b.frozen.id ? -1 : 1));
  const closedWorkloads = new Set(closed.flatMap(({ members }) => members));

  return {
    workloads,
    groupsOf: (workload) => groupsOf.get(workload) ?? [],
    membershipsOf: (workload) => memberships.get(workload) ?? [],
    isMulticast: (workload) => multicast.has(workload),
    isScanner: (workload) => scanners.has(workload),
    closed,
    isClosed: (workload) => closedWorkloads.has(workload),
    applicationOf,
    environmentOf: (workload) => environments.get(workload),
    freeze,
  };
}

export function membersOf({ members }: Group): string[] {
  return members.map(({ workload }) => workload);
}

function isNoHost({ addresses }: Workload): boolean {
  return addresses.some((address) => !isHost(parseAddress(address)));
}

function addressesOf(workload: Workload | undefined): readonly string[] {
  if (!workload) return [];
  return workload.kind === 'external' ? networksOf(workload).map(formatPrefix) : workload.addresses;
}

function byPreference(a: Group, b: Group): number {
  return PREFERENCE.indexOf(a.kind) - PREFERENCE.indexOf(b.kind) || (a.id < b.id ? -1 : 1);
}

function loneGroup({ id, name, kind }: Workload): Group {
  return {
    id: `workload:${id}`,
    kind: kind === 'external' ? 'external' : 'unknown',
    name,
    application: null,
    members: [{ workload: id, confidence: 1 }],
    reasons: [],
  };
}
