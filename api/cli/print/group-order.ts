import { groupBy } from '../../../analytics/graph/group-by';
import type { Group, GroupKind } from '../../../analytics/model/topology';

const KINDS: readonly GroupKind[] = ['application', 'shared-service', 'scanner', 'external', 'unknown'];

/** Groups as people read them: by kind, tiers below their applications. */
export function inOrder(groups: readonly Group[]): Group[] {
  const byKind = groupBy(groups, ({ kind }) => kind);
  const tiers = groupBy(groups, ({ application }) => application);
  return KINDS.flatMap((kind) => byKind.get(kind) ?? []).flatMap((group) => [group, ...(tiers.get(group.id) ?? [])]);
}
