import { WayleaveError } from '../../ingest/kernel/errors';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';

/**
 * What is stored can be decided by: every rule, section and group under an id of its own, and no group but those that
 * the policy holds.
 *
 * @throws WayleaveError `bad-policy`
 */
export function checkBody(policy: Policy): void {
  const { sections, groups, appliedTo, closures = [] } = policy;
  const rules = rulesInOrder(policy);
  requireDistinct('rule', rules, policy);
  requireDistinct('section', sections, policy);
  requireDistinct('group', groups, policy);
  const known = new Set(groups.map(({ id }) => id));
  const requireKnown = (group: string, where: string): void => {
    if (known.has(group)) return;
    throw badPolicy(policy, `${where} names group "${group}", which it does not hold`, { group });
  };
  for (const { id, sources, destinations } of rules) {
    for (const selector of [...sources, ...destinations]) {
      if (selector.kind === 'group') requireKnown(selector.group, `rule ${id}`);
    }
  }
  for (const group of appliedTo) requireKnown(group, 'appliedTo');
  const applied = new Set(appliedTo);
  for (const { group } of closures) {
    if (!applied.has(group))
      throw badPolicy(policy, `closures name group "${group}", which is not in appliedTo`, { group });
  }
}

function requireDistinct(what: string, items: readonly { readonly id: string }[], policy: Policy): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id))
      throw badPolicy(policy, `there are two ${what}s ${id}; expected an id of its own for each`, { id });
    seen.add(id);
  }
}

function badPolicy({ name }: Policy, message: string, where: Readonly<Record<string, string>>): WayleaveError {
  return new WayleaveError(`policy "${name}": ${message}`, { code: 'bad-policy', where });
}
