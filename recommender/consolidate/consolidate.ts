import type { Policy } from '../model/policy';
import { mergePath, type MergePath, type MergeStep } from './merge-path';
import type { Seen } from './seen';
import { freeSteps } from './trade-off';

/** How far to go; without either only as far as nothing is opened. */
export interface Consolidation {
  /** At most so many rules, whatever that opens. */
  readonly rules?: number;
  /** At most so much more open than before, as a part of that: 0.1 is a tenth more. */
  readonly extraShare?: number;
}

/**
 * Fewer rules that admit what the policy's rules do and what each merged rule names as `extra`, nothing else. With both
 * limits, as few rules as are asked for and no more opened than allowed.
 *
 * @returns with the steps taken
 */
export function consolidate(
  policy: Policy,
  limits: Consolidation,
  seen: Seen,
): { readonly policy: Policy; readonly steps: readonly MergeStep[] } {
  const path = mergePath(policy, seen);
  const count = stepsWithin(path, limits);
  return { policy: path.after(count), steps: path.steps.slice(0, count) };
}

/** How many steps of a path keep to the limits. */
export function stepsWithin(path: MergePath, limits: Consolidation): number {
  const { steps, rules, open } = path;
  const free = freeSteps(path);
  if (limits.rules === undefined && limits.extraShare === undefined) return free;
  const needed = limits.rules === undefined ? steps.length : Math.max(0, rules - limits.rules);
  const most = limits.extraShare === undefined ? Infinity : open * (1 + limits.extraShare);
  const dear = steps.findIndex((step) => step.open > most);
  return Math.min(steps.length, Math.max(free, needed), dear === -1 ? Infinity : dear);
}
