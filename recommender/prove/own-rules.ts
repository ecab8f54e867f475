import type { Policy, RuleOrigin } from '../model/policy';

/** What people put into a draft stays in it, whatever is learned. */
const BY_HAND: ReadonlySet<RuleOrigin | undefined> = new Set<RuleOrigin>([
  'accepted',
  'imported',
  'edited',
  'quarantine',
]);

/**
 * What the draft would be if only so much had been learned: the rules proposed, those that people made, and closed as the
 * draft closes.
 */
export function asDraft(proposed: Policy, draft: Policy): Policy {
  const own = draft.sections.flatMap(({ rules, ...section }) => {
    const kept = rules.filter(({ origin }) => BY_HAND.has(origin));
    return kept.length === 0 ? [] : [{ ...section, rules: kept }];
  });
  const known = new Set(proposed.groups.map(({ id }) => id));
  return {
    ...proposed,
    sections: [...own, ...proposed.sections],
    groups: [...proposed.groups, ...draft.groups.filter(({ id }) => !known.has(id))],
    appliedTo: draft.appliedTo,
    ...(draft.closures ? { closures: draft.closures } : {}),
  };
}
