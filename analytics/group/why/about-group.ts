import { madeGroupId } from '../decisions/made-group-id';
import type { GroupDecision } from '../../model/group-decision';
import type { Disagreement, Group, Topology } from '../../model/topology';

/** A group with all that is said about it elsewhere. */
export interface AboutGroup {
  /** Id of the run. */
  readonly topology: string;
  readonly group: Group;
  /** Of its members, and of those whose traffic would put them here. */
  readonly disagreements: readonly Disagreement[];
  /** The oldest first; undone ones too. */
  readonly decisions: readonly GroupDecision[];
}

export function aboutGroup(group: Group, topology: Topology, decisions: readonly GroupDecision[]): AboutGroup {
  const { id } = group;
  return {
    topology: topology.id,
    group,
    disagreements: (topology.disagreements ?? []).filter((each) => each.group === id || each.suggested === id),
    decisions: decisions.filter(
      (decision) => decision.groups.some((decided) => decided.id === id) || madeGroupId(group.kind, decision.id) === id,
    ),
  };
}

/** The tiers whose members do the same in other applications, in the order of `groups`; none but of a tier. */
export function sameRole({ id, role }: Group, groups: readonly Group[]): Group[] {
  return role === undefined ? [] : groups.filter((group) => group.id !== id && group.role === role);
}
