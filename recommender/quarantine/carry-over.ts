import { withPolicyId } from '../lifecycle';
import type { Policy } from '../model/policy';
import { quarantined, quarantineId } from './quarantine';

/**
 * A policy with the quarantines of another revision of it as well: who was to be cut off a minute ago, and is not in
 * force yet, must not be forgotten by who comes next.
 */
export function withQuarantinesOf(policy: Policy, other: Policy): Policy {
  const known = new Set(quarantined(policy));
  const missing = quarantined(other).flatMap((name) => (known.has(name) ? [] : [quarantineId(name)]));
  if (missing.length === 0) return policy;
  const sections = other.sections.filter(({ id }) => missing.includes(id));
  const named = new Set(
    sections
      .flatMap(({ rules }) => rules.flatMap(({ sources, destinations }) => [...sources, ...destinations]))
      .flatMap((selector) => (selector.kind === 'group' ? [selector.group] : [])),
  );
  const present = new Set(policy.groups.map(({ id }) => id));
  const groups = other.groups.filter(({ id }) => named.has(id) && !present.has(id));
  return withPolicyId({
    ...policy,
    sections: [...sections, ...policy.sections],
    groups: [...policy.groups, ...groups],
    appliedTo: [...policy.appliedTo, ...missing],
  });
}
