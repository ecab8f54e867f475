import { groupBy } from '../../graph/components';
import type { Application } from '../applications/applications';
import type { Roles } from './roles';

/** The workloads of one role inside one application. */
export interface Tier {
  readonly application: number;
  /** Workload number to confidence, ascending. */
  readonly members: ReadonlyMap<number, number>;
  /** By workload number, where another tier has anybody like it: which it would be in otherwise. */
  readonly next?: ReadonlyMap<number, NextTier>;
}

export interface NextTier {
  /** Its place among the tiers as found. */
  readonly at: number;
  /** 0 to 1: how much like its members the workload is, where likeness to its own counts as 1. */
  readonly fit: number;
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
  return drafts.map(({ application, members }, tier) => {
    const own = applications[application];
    const likeness = members.map((workload) => ({ workload, ...likenessOf(workload, tier) }));
    return {
      application,
      members: new Map(
        likeness.map(({ workload, clarity }) => [workload, Math.min(own ? belonging(own, workload) : 0, clarity)]),
      ),
      next: new Map(likeness.flatMap(({ workload, next }) => (next ? [[workload, next] as const] : []))),
    };
  });

  /** Silhouette (Rousseeuw 1987) on similarities: own tier against the next best, 0 to 1. */
  function likenessOf(workload: number, tier: number): { readonly clarity: number; readonly next?: NextTier } {
    const sums = new Map<number, number>();
    for (const other of roles.similarTo(workload)) {
      const similarity = roles.similarity(workload, other);
      for (const of of tiersOf.get(other) ?? []) sums.set(of, (sums.get(of) ?? 0) + similarity);
    }
    const mates = (drafts[tier]?.members.length ?? 1) - 1;
    const own = mates === 0 ? 1 : (sums.get(tier) ?? 0) / mates;
    const elsewhere = tiersOf.get(workload) ?? [];
    let best = { at: -1, likeness: 0 };
    for (const [at, sum] of sums) {
      const likeness = sum / (drafts[at]?.members.length ?? 1);
      if (elsewhere.includes(at) || likeness < best.likeness) continue;
      if (likeness > best.likeness || at < best.at) best = { at, likeness };
    }
    const most = Math.max(own, best.likeness);
    return {
      clarity: own === 0 ? 0 : Math.max(0, own - best.likeness) / most,
      ...(best.at < 0 ? {} : { next: { at: best.at, fit: best.likeness / most } }),
    };
  }
}
