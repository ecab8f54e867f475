import type { Policy } from '../model/policy';
import { withPolicyId } from './policy-id';

/** The same policy where it has none of them. @param rules ids */
export function withoutRules(policy: Policy, rules: readonly string[]): Policy {
  const leaving = new Set(rules);
  if (!policy.sections.some((section) => section.rules.some(({ id }) => leaving.has(id)))) return policy;
  return withPolicyId({
    ...policy,
    sections: policy.sections.map((section) => ({
      ...section,
      rules: section.rules.filter(({ id }) => !leaving.has(id)),
    })),
  });
}
