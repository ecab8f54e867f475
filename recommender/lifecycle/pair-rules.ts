import { serviceKey } from '../../analytics/services';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule, Selector } from '../model/policy';

export interface PairedRules {
  /** The earlier form of a rule and the later one; most often both are the same. */
  readonly pairs: readonly (readonly [Rule, Rule])[];
  readonly added: readonly Rule[];
  readonly removed: readonly Rule[];
}

/** As rules are named after what they say, one that changed has another id: it is the one with most in common. */
const LIKENESSES: readonly ((rule: Rule) => string)[] = [
  ({ id }) => id,
  ({ action, sources, destinations }) => JSON.stringify([action, keys(sources), keys(destinations)]),
  ({ action, destinations, services }) => JSON.stringify([action, keys(destinations), services.map(serviceKey).sort()]),
  ({ action, sources, services }) => JSON.stringify([action, keys(sources), services.map(serviceKey).sort()]),
];

/** In the order of evaluation of the later policy. */
export function pairRules(before: Policy, after: Policy): PairedRules {
  const place = new Map(rulesInOrder(after).map((rule, i) => [rule, i]));
  const pairs: [Rule, Rule][] = [];
  let removed = rulesInOrder(before);
  let added = rulesInOrder(after);
  for (const likeness of LIKENESSES) {
    const waiting = new Map<string, Rule[]>();
    for (const rule of removed) {
      const alike = waiting.get(likeness(rule));
      if (alike) alike.push(rule);
      else waiting.set(likeness(rule), [rule]);
    }
    const found = new Set<Rule>();
    for (const rule of added) {
      const was = waiting.get(likeness(rule))?.shift();
      if (!was) continue;
      pairs.push([was, rule]);
      found.add(was).add(rule);
    }
    removed = removed.filter((rule) => !found.has(rule));
    added = added.filter((rule) => !found.has(rule));
  }
  return { pairs: pairs.sort(([, a], [, b]) => (place.get(a) ?? 0) - (place.get(b) ?? 0)), added, removed };
}

function keys(selectors: readonly Selector[]): string[] {
  return selectors.map((each) => JSON.stringify(each)).sort();
}
