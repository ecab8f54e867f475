import { CATEGORIES, type Policy, type Rule, type Selector } from '../model/policy';
import { addressSet } from '../model/address-set';
import { groupBy } from '../../analytics/graph/group-by';
import { selectorsKey } from './landscape';
import type { Seen } from './seen';

/** Rules that may be put together without hiding whose they are, and without any other rule coming between them. */
export interface Lane {
  readonly section: string;
  readonly rules: readonly Rule[];
  /** Nothing may be opened by merging: one side is outside the estate, where nobody can say who is let in. */
  readonly exact: boolean;
  /** Rules that deny, behind these: what merging opens must not take away from them. */
  readonly denying: readonly Rule[];
}

/**
 * Rules of one section, one origin, and the same environments at either side. Merging rules with a lease or a context
 * would make them say something else; a rule that denies or only logs parts those before it from those behind it.
 */
export function lanesOf(policy: Policy, { workloads, environments }: Seen): Lane[] {
  const sections = CATEGORIES.flatMap((category) => policy.sections.filter((each) => each.category === category));
  const ordered = sections.flatMap(({ id, rules }) => rules.map((rule) => ({ section: id, rule })));
  const kinds = new Map(policy.groups.map(({ id, kind }) => [id, kind]));
  const inside = new Set(
    workloads.filter(({ kind }) => kind !== 'external').flatMap(({ addresses }) => addresses.map(hostKey)),
  );
  const isInside = (selector: Selector): boolean => {
    switch (selector.kind) {
      case 'any':
        return false;
      case 'group': {
        const kind = kinds.get(selector.group);
        return kind !== undefined && kind !== 'external' && kind !== 'scanner';
      }
      case 'prefix':
        return inside.has(hostKey(selector.prefix));
    }
  };
  const sideOf = (selectors: readonly Selector[]): string => {
    if (!selectors.every(isInside)) return `outside ${selectorsKey(selectors)}`;
    const names = selectors.map((each) => (each.kind === 'group' ? (environments?.get(each.group) ?? '') : ''));
    return `inside ${[...new Set(names)].sort().join()}`;
  };

  let run = 0;
  const placed = ordered.flatMap(({ section, rule }, at) => {
    const before = ordered[at - 1];
    if (!allows(rule) || before?.section !== section || !allows(before.rule)) run++;
    if (!allows(rule) || rule.lease || rule.context || rule.origin === 'quarantine') return [];
    const sides = [sideOf(rule.sources), sideOf(rule.destinations)];
    return [{ section, rule, run, exact: sides.some((side) => side.startsWith('outside')), sides, at }];
  });
  const lanes = groupBy(placed, ({ run: own, rule, sides, exact }) =>
    JSON.stringify([own, rule.log, rule.origin ?? 'proposed', exact ? null : sides]),
  );
  return [...lanes.values()].flatMap((lane) => {
    const [first] = lane;
    if (!first || lane.length < 2) return [];
    const denying = ordered
      .slice(first.at)
      .flatMap(({ rule }) => (rule.action === 'deny' && !rule.alertOnly ? [rule] : []));
    return [{ section: first.section, rules: lane.map(({ rule }) => rule), exact: first.exact, denying }];
  });
}

function allows({ action, alertOnly }: Rule): boolean {
  return action === 'allow' && alertOnly === undefined;
}

/** Equal for an address and the prefix that holds nothing else. */
function hostKey(text: string): string {
  const [interval] = addressSet([text]);
  return `${interval?.first}-${interval?.last}`;
}
