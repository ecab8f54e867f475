import type { Policy, Rule } from '../model/policy';
import { createRuleSpace, type Cell, type RuleSpace } from './rule-space';

/** Why a rule can go without any packet noticing. */
export type Superfluity =
  /** No packet can match it. */
  | 'matches-nothing'
  /** Rules before it decide everything that it matches. */
  | 'shadowed'
  /** What it decides would be decided the same without it. */
  | 'redundant';

export interface Superfluous {
  readonly kind: Superfluity;
  /** Rule id. */
  readonly rule: string;
  /** Rules that decide instead, in the policy's order; empty where what no rule matches is treated so anyway. */
  readonly by: readonly string[];
}

/**
 * The rules that can all be removed at once without any packet faring otherwise, now or when what is staged is enforced.
 * Exact. Of rules that make each other redundant the later ones are kept. What only alerts is never redundant, and
 * nothing is that would bring an alert about by being removed.
 *
 * @returns in the policy's order. @throws WayleaveError `unknown-group`
 */
export function superfluousRules(policy: Policy): Superfluous[] {
  const space = createRuleSpace(policy);
  const found = new Map<number, Superfluous>();
  space.rules.forEach((rule, place) => {
    const kind = neverDecides(space, place);
    if (kind) found.set(place, { ...kind, rule: rule.id });
  });
  for (let place = space.rules.length - 1; place >= 0; place--) {
    const rule = space.rules[place];
    if (!rule || rule.alertOnly || found.has(place)) continue;
    const by = decidedLikewise(space, place, rule, found);
    if (by) found.set(place, { kind: 'redundant', rule: rule.id, by });
  }
  return [...found].sort(([a], [b]) => a - b).map(([, each]) => each);
}

function neverDecides(space: RuleSpace, place: number): Omit<Superfluous, 'rule'> | undefined {
  const deciders = new Set<number>();
  for (const { matching } of space.cellsOf(place)) {
    const decider = matching.find((each) => !space.rules[each]?.alertOnly || each === place);
    if (decider === undefined || decider === place) return undefined;
    deciders.add(decider);
  }
  return deciders.size === 0 ? { kind: 'matches-nothing', by: [] } : { kind: 'shadowed', by: idsOf(space, deciders) };
}

/** @returns the rules that would decide instead; undefined as soon as something would change */
function decidedLikewise(
  space: RuleSpace,
  place: number,
  { action }: Rule,
  gone: ReadonlyMap<number, unknown>,
): string[] | undefined {
  const deciders = new Set<number>();
  const isDecided = ({ matching, otherwise }: Cell): boolean => {
    const before = matching.some((each) => each < place && !gone.has(each) && !space.rules[each]?.alertOnly);
    if (before) return true;
    const next = matching.find((each) => each > place && !gone.has(each));
    const rule = next === undefined ? undefined : space.rules[next];
    if (next === undefined || !rule) return otherwise === (action === 'allow' ? 'open' : 'deny');
    deciders.add(next);
    return !rule.alertOnly && rule.action === action;
  };
  for (const cell of space.cellsOf(place)) if (!isDecided(cell)) return undefined;
  return idsOf(space, deciders);
}

function idsOf({ rules }: RuleSpace, places: ReadonlySet<number>): string[] {
  return [...places].sort((a, b) => a - b).flatMap((place) => rules[place]?.id ?? []);
}
