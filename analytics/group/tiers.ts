import { groupBy } from '../graph/components';
import type { Application } from './applications';
import type { Roles } from './roles';

/** The workloads of one role inside one application. */
export interface Tier {
  readonly application: number;
  /** Workload number to confidence, ascending. */
  readonly members: ReadonlyMap<number, number>;
}

/**
 * @param applications as found; their numbers are their places in this list
 * @returns in the order of applications, then of first members
 */
export function findTiers(applications: readonly Application[], roles: Roles): Tier[] {
  const drafts = applications.flatMap(({ owned, borrowed }, application) => {
    const workloads = [...owned.keys(), ...borrowed.keys()].sort((a, b) => a - b);
    return [...groupBy(workloads, (workload) => roles.roleOf.get(workload) ?? -1).values()].map((members) => ({
      application,
      members,
    }));
  });
  const tiersOf = new Map<number, number[]>();
  for (const [tier, { members }] of drafts.entries()) {
    for (const workload of members) tiersOf.set(workload, [...(tiersOf.get(workload) ?? []), tier]);
  }
  const belonging = ({ owned, borrowed }: Application, workload: number) =>
    owned.get(workload) ?? borrowed.get(workload) ?? 0;
  return drafts.map(({ application, members }, tier) => ({
    application,
    members: new Map(
      members.map((workload) => {
        const own = applications[application];
        return [workload, Math.min(own ? belonging(own, workload) : 0, clarity(workload, tier))];
      }),
    ),
  }));

  /** Silhouette (Rousseeuw 1987) on similarities: own tier against the next best, 0 to 1. */
  function clarity(workload: number, tier: number): number {
    const sums = new Map<number, number>();
    for (const other of roles.similarTo(workload)) {
      for (const of of tiersOf.get(other) ?? []) sums.set(of, (sums.get(of) ?? 0) + roles.similarity(workload, other));
    }
    const mates = (drafts[tier]?.members.length ?? 1) - 1;
    const own = mates === 0 ? 1 : (sums.get(tier) ?? 0) / mates;
    const elsewhere = tiersOf.get(workload) ?? [];
    let next = 0;
    for (const [other, sum] of sums) {
      if (!elsewhere.includes(other)) next = Math.max(next, sum / (drafts[other]?.members.length ?? 1));
    }
    return own === 0 ? 0 : Math.max(0, own - next) / Math.max(own, next);
  }
}
