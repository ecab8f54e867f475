import { serviceKey } from '../../analytics/services';
import { WayleaveError } from '../../ingest/kernel/errors';
import { formatAddress, formatPrefix, parsePrefix } from '../../ingest/kernel/ip';
import { contentId } from '../model/identity';
import type { Closure, Policy, PolicyGroup, Rule, Section, Selector } from '../model/policy';
import { UNSEEN } from '../model/unseen';
import { describeMore } from './describe-more';
import type { Edit, RuleWords } from './edit';
import { withPolicyId } from './policy-id';
import { namesIn, ruleWords } from './rule-words';

/**
 * A policy with changes made by hand, one after another.
 *
 * @throws WayleaveError `bad-edit`, naming what is not there
 */
export function applyEdits(policy: Policy, edits: readonly Edit[]): Policy {
  return withPolicyId(edits.reduce(applyEdit, policy));
}

function applyEdit(policy: Policy, edit: Edit): Policy {
  switch (edit.kind) {
    case 'add':
      return insert(policy, edit.section, madeRule(policy, edit.rule), edit.before);
    case 'remove':
      return without(policy, findRule(policy, edit.rule));
    case 'replace': {
      const rule = findRule(policy, edit.rule);
      const made = { ...madeRule(policy, edit.with), evidence: rule.evidence, confidence: rule.confidence };
      requireNew(without(policy, rule), made);
      return mapRules(policy, (each) => (each === rule ? made : each));
    }
    case 'move': {
      const rule = findRule(policy, edit.rule);
      if (edit.before === rule.id) throw badEdit(`rule ${rule.id} cannot be moved before itself`, { rule: rule.id });
      return insert(without(policy, rule), edit.section, rule, edit.before);
    }
    case 'rename': {
      const { section: id, name } = edit;
      if (id === undefined) return { ...policy, name };
      findSection(policy, id);
      return { ...policy, sections: policy.sections.map((each) => (each.id === id ? { ...each, name } : each)) };
    }
    case 'addresses':
      return withGroup(policy, changedAddresses(findGroup(policy, edit.group), edit));
    case 'closure':
      return withClosure(policy, edit);
  }
}

function insert(policy: Policy, section: string, rule: Rule, before: string | undefined): Policy {
  const into = findSection(policy, section);
  requireNew(policy, rule);
  const place = before === undefined ? into.rules.length : into.rules.findIndex(({ id }) => id === before);
  if (place < 0) throw badEdit(`section ${section} has no rule ${before ?? ''}`, { section });
  const rules = [...into.rules.slice(0, place), rule, ...into.rules.slice(place)];
  return { ...policy, sections: policy.sections.map((each) => (each === into ? { ...each, rules } : each)) };
}

function requireNew(policy: Policy, { id }: Rule): void {
  if (!policy.sections.some(({ rules }) => rules.some((rule) => rule.id === id))) return;
  throw badEdit(`rule ${id} says the same already`, { rule: id });
}

/** Nothing was seen that speaks for it: a person does. */
function madeRule(policy: Policy, { words, log = false, ...said }: RuleWords): Rule {
  const canonical = { ...said, sources: said.sources.map(written), destinations: said.destinations.map(written) };
  for (const selector of [...canonical.sources, ...canonical.destinations]) {
    if (selector.kind === 'group') findGroup(policy, selector.group);
  }
  const { action, sources, destinations, services, alertOnly, context } = canonical;
  return {
    id: contentId('r', [action, sources, destinations, services.map(serviceKey), alertOnly, context]),
    words: words ?? ruleWords(canonical, namesIn(policy)),
    log,
    ...canonical,
    origin: 'edited',
    ...UNSEEN,
  };
}

function written(selector: Selector): Selector {
  return selector.kind === 'prefix' ? { kind: 'prefix', prefix: canonicalPrefix(selector.prefix) } : selector;
}

/** As groups have it: a single address without its length. */
function canonicalPrefix(text: string): string {
  const prefix = parsePrefix(text);
  return prefix.length === 128 ? formatAddress(prefix.base) : formatPrefix(prefix);
}

function changedAddresses(
  group: PolicyGroup,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): PolicyGroup {
  const leaving = new Set(remove.map(canonicalPrefix));
  const held = new Set(group.addresses);
  const unknown = [...leaving].filter((each) => !held.has(each));
  if (unknown.length > 0) throw badEdit(`group ${group.name} has no ${describeMore(unknown)}`, { group: group.id });
  const staying = group.addresses.filter((each) => !leaving.has(each));
  return { ...group, addresses: [...new Set([...staying, ...add.map(canonicalPrefix)])].sort() };
}

function withGroup(policy: Policy, group: PolicyGroup): Policy {
  return { ...policy, groups: policy.groups.map((each) => (each.id === group.id ? group : each)) };
}

function withClosure(policy: Policy, { group, direction, closing }: Extract<Edit, { kind: 'closure' }>): Policy {
  findGroup(policy, group);
  const known = policy.closures?.find((closure) => closure.group === group);
  const isApplied = policy.appliedTo.includes(group);
  const missing = isApplied ? 'deny' : 'open';
  const closure: Closure = { group, inbound: missing, outbound: missing, ...known, [direction]: closing };
  const others = (policy.closures ?? []).filter((each) => each !== known);
  const isClosed = closure.inbound === 'deny' && closure.outbound === 'deny';
  const closures = isClosed ? others : [...others, closure].sort((a, b) => (a.group < b.group ? -1 : 1));
  return { ...policy, appliedTo: isApplied ? policy.appliedTo : [...policy.appliedTo, group].sort(), closures };
}

function without(policy: Policy, rule: Rule): Policy {
  return mapRules(policy, (each) => (each === rule ? undefined : each));
}

function mapRules(policy: Policy, change: (rule: Rule) => Rule | undefined): Policy {
  const changed = (section: Section) => ({ ...section, rules: section.rules.flatMap((rule) => change(rule) ?? []) });
  return { ...policy, sections: policy.sections.map(changed) };
}

function findRule({ sections }: Policy, id: string): Rule {
  const rule = sections.flatMap(({ rules }) => rules).find((each) => each.id === id);
  if (rule) return rule;
  throw badEdit(`there is no rule ${id}`, { rule: id });
}

function findSection({ sections }: Policy, id: string): Section {
  const section = sections.find((each) => each.id === id);
  if (section) return section;
  throw badEdit(`there is no section ${id}; expected one of ${describeMore(sections.map((each) => each.id))}`, {
    section: id,
  });
}

function findGroup({ groups }: Policy, id: string): PolicyGroup {
  const group = groups.find((each) => each.id === id);
  if (group) return group;
  throw badEdit(`there is no group ${id} in the policy`, { group: id });
}

function badEdit(message: string, where: Readonly<Record<string, string>>): WayleaveError {
  return new WayleaveError(message, { code: 'bad-edit', where });
}
