import { compareText } from '../../ingest/kernel/text';
import { listWords } from '../propose/words';
import { SIDES, type Side } from '../model/closing';
import { rulesInOrder } from '../model/decide';
import type { Closing, Policy, PolicyGroup, Rule } from '../model/policy';
import { describeRuleChange } from './describe-rule-change';
import { outOfOrder } from './out-of-order';
import { pairRules } from './pair-rules';
import { namesIn, ruleWords } from './rule-words';

export interface Change {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved' | 'group' | 'closure' | 'named';
  /** Ids of the rules it is about, the earlier first; none for groups and closures. */
  readonly rules: readonly string[];
  /** Id; null where it is about no group. */
  readonly group: string | null;
  readonly text: string;
}

/** What became of a policy, one line for each thing that changed; as to packets, `filterChange` says it exactly. */
export function diffPolicies(before: Policy, after: Policy): Change[] {
  const { added, removed, pairs } = pairRules(before, after);
  const [were, are] = [namesIn(before), namesIn(after)];
  const rules = (kind: Change['kind'], some: readonly Rule[], prefix: string, nameOf = are): Change[] =>
    some.map((rule) => ({ kind, rules: [rule.id], group: null, text: `${prefix}: ${ruleWords(rule, nameOf)}` }));
  const changed = pairs.flatMap(([was, is]): Change[] =>
    describeRuleChange(was, is, are).map((text) => ({
      kind: 'changed',
      rules: was.id === is.id ? [is.id] : [was.id, is.id],
      group: null,
      text,
    })),
  );
  const renamed =
    before.name === after.name ? [] : [named(`the policy is called ${after.name}, and was ${before.name}`)];
  return [
    ...renamed,
    ...sectionChanges(before, after),
    ...rules('added', added, 'new'),
    ...rules('removed', removed, 'gone', were),
    ...changed,
    ...moves(before, after),
    ...groupChanges(before, after),
    ...closureChanges(before, after),
  ];
}

function named(text: string): Change {
  return { kind: 'named', rules: [], group: null, text };
}

function sectionChanges(before: Policy, after: Policy): Change[] {
  const names = new Map(before.sections.map(({ id, name }) => [id, name]));
  return after.sections.flatMap(({ id, name }) => {
    const was = names.get(id);
    return was === undefined || was === name ? [] : [named(`section ${name} was called ${was}`)];
  });
}

function moves(before: Policy, after: Policy): Change[] {
  const [were, are] = [rulesInOrder(before), rulesInOrder(after)];
  const ids = (rules: readonly Rule[], others: readonly Rule[]) => {
    const known = new Set(others.map(({ id }) => id));
    return rules.flatMap(({ id }) => (known.has(id) ? [id] : []));
  };
  const moved = outOfOrder(ids(were, are), ids(are, were));
  const nameOf = namesIn(after);
  return are.flatMap((rule, i): Change[] => {
    if (!moved.has(rule.id)) return [];
    const next = are[i + 1];
    const where = next ? `before ${ruleWords(next, nameOf)}` : 'the last of all';
    return [{ kind: 'moved', rules: [rule.id], group: null, text: `${ruleWords(rule, nameOf)}: is now ${where}` }];
  });
}

function groupChanges(before: Policy, after: Policy): Change[] {
  const were = new Map(before.groups.map((group) => [group.id, group]));
  const are = new Map(after.groups.map((group) => [group.id, group]));
  const about = ({ id }: PolicyGroup, text: string): Change => ({ kind: 'group', rules: [], group: id, text });
  return [...new Map([...were, ...are]).values()]
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((group) => {
      const [was, is] = [were.get(group.id), are.get(group.id)];
      if (!was) return [about(group, `group ${group.name} is new: ${addressWords(group.addresses)}`)];
      if (!is) return [about(group, `group ${group.name} is gone: ${addressWords(group.addresses)}`)];
      const [gained, lost] = [without(is.addresses, was.addresses), without(was.addresses, is.addresses)];
      const texts = [
        ...(was.name === is.name ? [] : [`group ${is.name} was called ${was.name}`]),
        ...(gained.length === 0 ? [] : [`${is.name} gained ${addressWords(gained)}`]),
        ...(lost.length === 0 ? [] : [`${is.name} lost ${addressWords(lost)}`]),
      ];
      return texts.map((text) => about(is, text));
    });
}

const CLOSED: Readonly<Record<Closing | 'none', string>> = {
  deny: 'denied',
  alert: 'let through and logged',
  open: 'let through',
  none: "none of the policy's business",
};
const CONNECTIONS: Readonly<Record<Side, string>> = { inbound: 'what comes to', outbound: 'what leaves' };

function closureChanges(before: Policy, after: Policy): Change[] {
  const [were, are] = [closings(before), closings(after)];
  const names = new Map([...before.groups, ...after.groups].map(({ id, name }) => [id, name]));
  return [...new Set([...were.keys(), ...are.keys()])].sort().flatMap((group) =>
    SIDES.flatMap((side): Change[] => {
      const was = were.get(group)?.[side] ?? 'none';
      const is = are.get(group)?.[side] ?? 'none';
      if (was === is) return [];
      const text = `${CONNECTIONS[side]} ${names.get(group) ?? group} and no rule admits is now ${CLOSED[is]}; it was ${CLOSED[was]}`;
      return [{ kind: 'closure', rules: [], group, text }];
    }),
  );
}

function closings({ appliedTo, closures }: Policy): Map<string, Readonly<Record<Side, Closing>>> {
  const exceptions = new Map(closures?.map((closure) => [closure.group, closure]));
  return new Map(
    appliedTo.map((group) => {
      const closure = exceptions.get(group);
      return [group, { inbound: closure?.inbound ?? 'deny', outbound: closure?.outbound ?? 'deny' }];
    }),
  );
}

function addressWords(addresses: readonly string[]): string {
  return addresses.length === 0 ? 'no address' : listWords(addresses, ' addresses');
}

function without(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return some.filter((each) => !known.has(each));
}
