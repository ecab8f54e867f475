import type { Group, Topology } from '../../model/topology';
import { canonicalEnvironment, environmentsOf } from '../applications/environments';

/** Environments under the name they are compared by, of a run. */
interface Environments {
  /** By label or host name, as the grouping sees it; undefined where neither says. */
  ofWorkload(workload: string): string | undefined;
  /** Those of a group, or of a tier's application, sorted. */
  ofGroup(group: Group): string[];
}

export function environmentsIn({ groups, workloads }: Topology): Environments {
  const found = environmentsOf(workloads, 1);
  const byWorkload = new Map(
    workloads.flatMap(({ id }, at) => {
      const environment = found[at] ?? null;
      return environment === null ? [] : [[id, canonicalEnvironment(environment)] as const];
    }),
  );
  return {
    ofWorkload: (workload) => byWorkload.get(workload),
    ofGroup: ({ id, application, environment }) => {
      const whole = groups.find((group) => group.id === (application ?? id));
      const said = environment ?? whole?.environment;
      if (said !== undefined) return [canonicalEnvironment(said)];
      const members = whole?.members.flatMap(({ workload, lent }) => (lent ? [] : (byWorkload.get(workload) ?? [])));
      return [...new Set(members)].sort();
    },
  };
}
