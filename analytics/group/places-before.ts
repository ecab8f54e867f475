import type { Topology } from '../model/topology';
import type { Workload } from '../model/workload';

/** Where the run before had each workload, by its number; new ones are in neither. */
export interface PlacesBefore {
  /** Ids of the applications that they were at home in. */
  readonly applications: ReadonlyMap<number, string>;
  /** Those whom no traffic of theirs had put there: no evidence against any. */
  readonly guessed: ReadonlySet<number>;
  /** Names of their roles, where their traffic told one. */
  readonly roles: ReadonlyMap<number, string>;
  /** What that run would have found without the one before it; missing in topologies of earlier releases. */
  readonly afresh?: Topology['afresh'];
}

export function placesBefore(
  workloads: readonly Workload[],
  previous: Pick<Topology, 'groups' | 'afresh'>,
): PlacesBefore {
  const applications = new Map<string, string>();
  const guessed = new Set<string>();
  const roles = new Map<string, string>();
  for (const { id, kind, role, members } of previous.groups) {
    for (const { workload, lent, silent, decision } of members) {
      if (lent) continue;
      if (kind === 'application') {
        applications.set(workload, id);
        if (silent) guessed.add(workload);
      }
      // What people put into a tier need not do what the others of it do.
      if (kind === 'tier' && role !== undefined && !silent && decision === undefined) roles.set(workload, role);
    }
  }
  const numbered = (of: ReadonlyMap<string, string>) =>
    new Map(
      workloads.flatMap(({ id }, number) => {
        const found = of.get(id);
        return found === undefined ? [] : [[number, found] as const];
      }),
    );
  return {
    applications: numbered(applications),
    guessed: new Set([...workloads.entries()].flatMap(([number, { id }]) => (guessed.has(id) ? [number] : []))),
    roles: numbered(roles),
    afresh: previous.afresh,
  };
}
