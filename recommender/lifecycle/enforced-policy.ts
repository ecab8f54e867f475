import { formatTime } from '../../ingest/kernel/time';
import { SIDES } from '../model/closing';
import type { Closing, Closure, Policy, Rule } from '../model/policy';
import { isInForce, unitState } from './fold-events';
import { leaseEnd } from './leases';
import type { PolicyState, Stage } from './model';
import { withPolicyId } from './policy-id';
import { unitsOf } from './units';

/** What becomes of a lease that ran out while its rule is enforced. */
export type Expiry = 'propose' | 'expire';

export interface LeftOut {
  readonly rule: string;
  readonly words: string;
  /** "draft", "its lease ended on 2026-03-01". */
  readonly why: string;
}

export interface Enforced {
  /** What an enforcement point is to do now. */
  readonly policy: Policy;
  readonly leftOut: readonly LeftOut[];
  /** Still in it, though its lease has run out: a revision without it is for a person to approve. */
  readonly overdue: readonly LeftOut[];
}

/**
 * A revision as far as it is in force: enforced rules as they are, staged ones so that they only log, groups closed
 * where their closing is enforced and watched where it is staged. What is neither is left out, and open.
 *
 * @param now epoch seconds
 */
export function enforcedPolicy(
  body: Policy,
  state: Pick<PolicyState, 'units' | 'leases'>,
  now: number,
  expiry: Expiry = 'propose',
): Enforced {
  const leftOut: LeftOut[] = [];
  const overdue: LeftOut[] = [];
  const rules = new Map<Rule, Rule>();
  const closings = new Map<string, Closing>();
  for (const unit of unitsOf(body)) {
    const { stage } = unitState(state, unit.key);
    if (unit.kind === 'closing') {
      closings.set(`${unit.group}\t${unit.direction}`, closingAt(stage, unit.closing));
      continue;
    }
    const { rule } = unit;
    if (!isInForce(stage)) {
      leftOut.push({ rule: rule.id, words: rule.words, why: stage });
      continue;
    }
    const expires = leaseEnd(rule, state);
    if (expires !== undefined && expires <= now) {
      const ended = { rule: rule.id, words: rule.words, why: `its lease ended on ${formatTime(expires)}` };
      if (expiry === 'expire') {
        leftOut.push(ended);
        continue;
      }
      overdue.push(ended);
    }
    rules.set(rule, stage === 'enforced' ? rule : staged(rule));
  }
  const closures = body.appliedTo.map((group): Closure => {
    const [inbound, outbound] = SIDES.map((side) => closings.get(`${group}\t${side}`) ?? 'open');
    return { group, inbound: inbound ?? 'open', outbound: outbound ?? 'open' };
  });
  const policy = withPolicyId({
    ...body,
    sections: body.sections
      .map((section) => ({ ...section, rules: section.rules.flatMap((rule) => rules.get(rule) ?? []) }))
      .filter((section) => section.rules.length > 0),
    appliedTo: closures.filter(({ inbound, outbound }) => inbound !== 'open' || outbound !== 'open').map(groupOf),
    closures: closures
      .filter(({ inbound, outbound }) => inbound !== outbound || inbound === 'alert')
      .sort((a, b) => (a.group < b.group ? -1 : 1)),
  });
  return { policy, leftOut, overdue };
}

function staged(rule: Rule): Rule {
  return rule.action === 'allow' ? { ...rule, log: true } : { ...rule, log: true, alertOnly: true };
}

function closingAt(stage: Stage, closing: Closing): Closing {
  if (stage === 'enforced') return closing;
  return stage === 'staged' ? 'alert' : 'open';
}

function groupOf({ group }: Closure): string {
  return group;
}
