import type { Topology } from '../../analytics/model/topology';
import type { Workload } from '../../analytics/model/workload';
import type { Policy, PolicyGroup, Rule } from '../model/policy';
import type { ApplicationRef } from './model';

/** How people call what findings are about. */
export interface EstateNames {
  workload(id: string): string;
  addresses(id: string): readonly string[];
  /** The tier or shared service that a workload is in, its own name where it is in none; all that is outside is one. */
  groupOf(id: string): { readonly id: string; readonly name: string; readonly application: string | null };
  isOutside(id: string): boolean;
  application(id: string | null): ApplicationRef | null;
}

const OUTSIDE = { id: 'outside', name: 'outside', application: null };
const PLACES = ['shared-service', 'tier', 'scanner', 'unknown'] as const;

export function namesOf({ groups }: Topology, workloads: readonly Workload[]): EstateNames {
  const known = new Map(workloads.map((workload) => [workload.id, workload]));
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const places = new Map<string, { id: string; name: string; application: string | null }>();
  for (const kind of PLACES)
    for (const group of groups.filter((each) => each.kind === kind))
      for (const { workload } of group.members) if (!places.has(workload)) places.set(workload, group);
  const workload = (id: string): string => known.get(id)?.name ?? id;
  const isOutside = (id: string): boolean => known.get(id)?.kind === 'external';
  return {
    workload,
    addresses: (id) => known.get(id)?.addresses ?? [],
    groupOf: (id) => places.get(id) ?? (isOutside(id) ? OUTSIDE : { id, name: workload(id), application: null }),
    isOutside,
    application: (id) => (id === null ? null : { id, name: names.get(id) ?? id }),
  };
}

/** The application whose door a rule opens; otherwise that of who goes out by it. */
export function applicationOf(
  { destinations, sources }: Rule,
  groups: ReadonlyMap<string, PolicyGroup>,
): string | null {
  for (const selectors of [destinations, sources]) {
    const found = selectors.map((each) => (each.kind === 'group' ? groups.get(each.group)?.application : null));
    const [only, ...others] = new Set(found);
    if (only !== undefined && only !== null && others.length === 0) return only;
  }
  return null;
}

export function groupsById({ groups }: Pick<Policy, 'groups'>): ReadonlyMap<string, PolicyGroup> {
  return new Map(groups.map((group) => [group.id, group]));
}
