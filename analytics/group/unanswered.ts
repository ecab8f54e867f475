import type { Application } from './applications/applications';
import type { Constraints } from './constraints';
import type { Evidence, Use } from './evidence';

/**
 * Who is where for calls that nobody answered: a sensor may have heard one direction only, a server been down, or nobody
 * ever been there. Labels and people put others there whatever was answered, so those are left out.
 */
export interface Unanswered {
  /** By number of the application: whose calls from and to the others of it were none of them answered. */
  readonly ofApplication: readonly ReadonlySet<number>[];
  /** Who has traffic, and nothing of it was answered: what these do is not known. */
  readonly altogether: ReadonlySet<number>;
}

/** @param uses that the applications were told by */
export function findUnanswered(
  { workloads }: Pick<Evidence, 'workloads'>,
  uses: readonly Use[],
  applications: readonly Application[],
  { applicationOf, tierOf }: Pick<Constraints, 'applicationOf' | 'tierOf'>,
): Unanswered {
  const homes = new Map<number, number[]>();
  for (const [at, { owned, borrowed }] of applications.entries()) {
    for (const workload of [...owned.keys(), ...borrowed.keys()]) {
      const of = homes.get(workload);
      if (of) of.push(at);
      else homes.set(workload, [at]);
    }
  }
  const tied = applications.map(() => new Set<number>());
  const heard = applications.map(() => new Set<number>());
  const talks = new Set<number>();
  const answers = new Set<number>();
  for (const { client, server, answered } of uses) {
    talks.add(client).add(server);
    if (answered) answers.add(client).add(server);
    const there = homes.get(server);
    for (const at of homes.get(client) ?? []) {
      if (there?.includes(at) !== true) continue;
      tied[at]?.add(client).add(server);
      if (answered) heard[at]?.add(client).add(server);
    }
  }
  return {
    ofApplication: applications.map(({ application }, at) => {
      const isSaid = (workload: number) =>
        applicationOf.has(workload) || (application !== null && workloads[workload]?.labels.app === application);
      return new Set(
        [...(tied[at] ?? [])].filter((workload) => heard[at]?.has(workload) !== true && !isSaid(workload)),
      );
    }),
    altogether: new Set([...talks].filter((workload) => !answers.has(workload) && !tierOf.has(workload))),
  };
}
