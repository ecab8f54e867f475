import type { Closure, Policy, Rule } from './policy';

/**
 * The policy once everything that it only alerts of is enforced: what an alert says would be denied is what this denies.
 */
export function ifEnforced(policy: Policy): Policy {
  const { closures, ...rest } = policy;
  const enforced = (closures ?? []).map(({ group, inbound, outbound }): Closure => ({
    group,
    inbound: inbound === 'alert' ? 'deny' : inbound,
    outbound: outbound === 'alert' ? 'deny' : outbound,
  }));
  return {
    ...rest,
    sections: policy.sections.map((section) => ({ ...section, rules: section.rules.map(deciding) })),
    ...(closures === undefined ? {} : { closures: enforced }),
  };
}

/** Ids of the closed groups that let pass and alert, in one direction or both. */
export function groupsStaged({ appliedTo, closures }: Pick<Policy, 'appliedTo' | 'closures'>): string[] {
  return (closures ?? [])
    .filter(({ group, inbound, outbound }) => appliedTo.includes(group) && [inbound, outbound].includes('alert'))
    .map(({ group }) => group);
}

function deciding(rule: Rule): Rule {
  const { alertOnly, ...enforced } = rule;
  return alertOnly ? enforced : rule;
}
