import type { Topology } from '../model/topology';
import type { Workload } from '../model/workload';

/**
 * Where the run before had each workload, by its number. New ones are in neither, nor who was there without any traffic:
 * what was a guess then is no evidence now.
 */
export interface PlacesBefore {
  /** Ids of the applications that they were at home in. */
  readonly applications: ReadonlyMap<number, string>;
  /** Names of their roles. */
  readonly roles: ReadonlyMap<number, string>;
}

export function placesBefore(workloads: readonly Workload[], previous: Pick<Topology, 'groups'>): PlacesBefore {
  const applications = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const { id, kind, role, members } of previous.groups) {
    for (const { workload, lent, silent, decision } of members) {
      if (lent || silent) continue;
      if (kind === 'application') applications.set(workload, id);
      // What people put into a tier need not do what the others of it do.
      if (kind === 'tier' && role !== undefined && decision === undefined) roles.set(workload, role);
    }
  }
  const numbered = (of: ReadonlyMap<string, string>) =>
    new Map(
      workloads.flatMap(({ id }, number) => {
        const found = of.get(id);
        return found === undefined ? [] : [[number, found] as const];
      }),
    );
  return { applications: numbered(applications), roles: numbered(roles) };
}
