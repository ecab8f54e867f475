import type { GroupKind, Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import { compareText } from '../../ingest/kernel/text';
import type { Policy, PolicyGroup } from '../model/policy';
import { surveyEstate } from '../propose/estate';

/** What became of a group since the policy was frozen. */
export interface GroupChange {
  readonly group: PolicyGroup;
  /** As it would be frozen now; undefined where the analysis has no such group any more. */
  readonly now: PolicyGroup | undefined;
  /** Addresses that it has gained. */
  readonly joined: readonly string[];
  /** Addresses that nobody has any more. */
  readonly left: readonly string[];
  /** Addresses that now belong to workloads outside the group. */
  readonly moved: readonly MovedAddress[];
}

export interface MovedAddress {
  readonly address: string;
  readonly owner: Workload;
  /** What the owner is in now: "db of shop"; empty where it is in no group. */
  readonly in: string;
}

/** Networks and the outside have no members that could join or leave. */
const COMPARED: ReadonlySet<GroupKind> = new Set<GroupKind>(['tier', 'shared-service', 'application', 'unknown']);

/** The policy's groups that are no longer what they were, in the policy's order. */
export function findGroupChanges(policy: Policy, topology: Topology): GroupChange[] {
  const current = currentGroups(topology);
  const owners = new Map(topology.workloads.flatMap((workload) => workload.addresses.map((each) => [each, workload])));
  const placeOf = placesOf(topology);
  return policy.groups.flatMap((group) => {
    if (!COMPARED.has(group.kind)) return [];
    const now = current.get(group.id);
    // What a quarantine, an import or a person made was never the analysis' to change.
    if (!now && group.kind === 'unknown') return [];
    const [before, after] = [new Set(group.addresses), new Set(now?.addresses)];
    const joined = [...after].filter((address) => !before.has(address));
    const gone = [...before].filter((address) => !after.has(address) && !address.includes('/'));
    const moved = gone.flatMap((address) => {
      const owner = owners.get(address);
      return owner ? [{ address, owner, in: placeOf(owner.id) }] : [];
    });
    const left = gone.filter((address) => !owners.has(address));
    if (joined.length + moved.length + left.length === 0) return [];
    return [{ group, now, joined, left, moved }];
  });
}

/** The policy with the members that its groups have now: what it would say had it been frozen today. */
export function refreshGroups(policy: Policy, changes: readonly GroupChange[]): Policy {
  const changed = new Map(changes.flatMap(({ group, now }) => (now ? [[group.id, now.addresses] as const] : [])));
  return {
    ...policy,
    groups: policy.groups.map((group) => ({ ...group, addresses: changed.get(group.id) ?? group.addresses })),
  };
}

/** By the ids that policies know them under. */
function currentGroups(topology: Topology): Map<string, PolicyGroup> {
  const estate = surveyEstate(topology);
  return new Map([
    ...topology.groups.map((group) => [group.id, estate.freeze(group)] as const),
    ...estate.closed.map(({ frozen }) => [frozen.id, frozen] as const),
  ]);
}

function placesOf({ groups }: Topology): (workload: string) => string {
  const names = new Map<string, string[]>();
  for (const { kind, name, members } of groups) {
    if (kind === 'application') continue;
    for (const { workload } of members) names.set(workload, [...(names.get(workload) ?? []), name]);
  }
  return (workload) => (names.get(workload) ?? []).sort(compareText).join(', ');
}
