import type { Group, GroupKind } from '../model/topology';

/** By workload id, the group of a kind that it is at home in, not lent to. */
export function homesIn(groups: readonly Group[], kind: GroupKind): ReadonlyMap<string, Group> {
  return new Map(
    groups.flatMap((group) =>
      group.kind === kind
        ? group.members.flatMap(({ workload, lent }) => (lent ? [] : [[workload, group] as const]))
        : [],
    ),
  );
}
