import { groupBy } from '../../graph/group-by';
import { agree } from '../applications/environments';
import type { Application } from '../applications/applications';
import type { Roles } from './roles';

/** The workloads of one role inside one application. */
export interface Tier {
  readonly application: number;
  /** Workload number to confidence, ascending. */
  readonly members: ReadonlyMap<number, number>;
  /** By workload number: which it would be in otherwise, of those of other roles in its application and the one next best to that. */
  readonly next?: ReadonlyMap<number, NextTier>;
}

export interface NextTier {
  /** Its place among the tiers as found. */
  readonly at: number;
  /** 0 to 1: how much like its members the workload is, where likeness to its own counts as 1. */
  readonly fit: number;
}

/** Of who is like nobody at all: nothing says that it belongs here, and nothing that it does not. */
const UNTOLD = 0.5;

/**
 * @param applications as found; their numbers are their places in this list
 * @returns in the order of applications, then of first members
 */
export function findTiers(applications: readonly Application[], roles: Roles): Tier[] {
  const drafts = applications.flatMap(({ owned, borrowed }, application) => {
    const workloads = [...owned.keys(), ...borrowed.keys()].sort((a, b) => a - b);
    return [...groupBy(workloads, (workload) => roles.roleOf.get(workload) ?? -1)].map(([role, members]) => ({
      application,
      role,
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

  /**
   * Silhouette (Rousseeuw 1987) on similarities, 0 to 1: its role, where the workload is most like it, against the next
   * best. Which application it belongs to is another question, and to the same role of others it may be as like as it will.
   */
  function likenessOf(workload: number, tier: number): { readonly clarity: number; readonly next?: NextTier } {
    const sums = new Map<number, number>();
    for (const other of roles.similarTo(workload)) {
      const similarity = roles.similarity(workload, other);
      for (const of of tiersOf.get(other) ?? []) sums.set(of, (sums.get(of) ?? 0) + similarity);
    }
    const elsewhere = new Set(tiersOf.get(workload));
    const role = drafts[tier]?.role;
    // Nobody else is of this tier: that it is like nobody then speaks for it.
    let own = drafts[tier]?.members.length === 1 ? 1 : 0;
    let best = 0;
    let next = { at: -1, likeness: 0 };
    for (const [at, sum] of sums) {
      const { members = [], role: other } = drafts[at] ?? {};
      const likeness = sum / Math.max(1, members.length - (elsewhere.has(at) ? 1 : 0));
      if (other === role) own = Math.max(own, likeness);
      else {
        best = Math.max(best, likeness);
        const isNearer = likeness > next.likeness || (likeness === next.likeness && at < next.at);
        if (isNearer && mayBeIn(workload, tier, at)) next = { at, likeness };
      }
    }
    const most = Math.max(own, best);
    if (most === 0) return { clarity: UNTOLD };
    return {
      clarity: Math.max(0, own - best) / most,
      ...(next.at < 0 ? {} : { next: { at: next.at, fit: next.likeness / most } }),
    };
  }

  /** What is only alike, in an application that it has nothing to do with, is nowhere to be. */
  function mayBeIn(workload: number, tier: number, other: number): boolean {
    const [from, to] = [drafts[tier]?.application ?? -1, drafts[other]?.application ?? -1];
    if (from === to) return true;
    const [own, theirs] = [applications[from], applications[to]];
    return own?.next.get(workload)?.at === to && agree(own.environment, theirs?.environment ?? null);
  }
}
