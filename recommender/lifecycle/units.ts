import { WayleaveError } from '../../ingest/kernel/errors';
import { addressSet, unionOf } from '../model/address-set';
import { SIDES, type Side } from '../model/closing';
import { rulesInOrder } from '../model/decide';
import { contentId } from '../model/identity';
import type { Closing, Policy, Rule, Section, Selector } from '../model/policy';
import { admittedBefore } from './admitted-before';
import { describeMore } from './describe-more';
import type { Target } from './model';
import { overlaps } from './overlap';

/**
 * What goes through the stages: a rule with all that it says, the addresses of its groups and, of a denial, what is
 * admitted before it with it, or the closing of one group in one direction. Whatever is changed has another key, so that no approval covers what was never shown.
 */
export type Unit =
  | { readonly kind: 'rule'; readonly key: string; readonly rule: Rule; readonly section: Section }
  | {
      readonly kind: 'closing';
      readonly key: string;
      readonly group: string;
      readonly direction: Side;
      readonly closing: Exclude<Closing, 'open'>;
    };

/** In the order of evaluation, rules first. */
export function unitsOf(policy: Policy): Unit[] {
  const addresses = new Map(policy.groups.map((group) => [group.id, contentId('', group.addresses)]));
  const resolved = (selectors: readonly Selector[]) =>
    selectors.map((each) => (each.kind === 'group' ? [each.group, addresses.get(each.group)] : each));
  const sectionOf = new Map(policy.sections.flatMap((section) => section.rules.map((rule) => [rule, section])));
  const admitted = admittedBefore(policy);
  const rules = rulesInOrder(policy).flatMap((rule): Unit[] => {
    const section = sectionOf.get(rule);
    if (!section) return [];
    const { id, action, sources, destinations, services, alertOnly, context } = rule;
    const said = [
      id,
      action,
      section.category,
      resolved(sources),
      resolved(destinations),
      services,
      alertOnly,
      context,
      admitted.get(id),
    ];
    return [{ kind: 'rule', key: contentId('u', said), rule, section }];
  });
  const closures = new Map(policy.closures?.map((closure) => [closure.group, closure]));
  const closings = [...policy.appliedTo].sort().flatMap((group) =>
    SIDES.flatMap((direction): Unit[] => {
      const closing = closures.get(group)?.[direction] ?? 'deny';
      if (closing === 'open') return [];
      // Who joins the group later is closed with it: a member left open would be the greater surprise.
      return [{ kind: 'closing', key: contentId('u', [group, direction, closing]), group, direction, closing }];
    }),
  );
  return [...rules, ...closings];
}

/**
 * The units that an action is about.
 *
 * @throws WayleaveError `unknown-target`
 */
export function targetUnits(policy: Policy, units: readonly Unit[], target: Target): Unit[] {
  const found = unitsFor(policy, units, target);
  if (found.length > 0) return found;
  throw new WayleaveError(
    `nothing in "${policy.name}" is ${describeTarget(target, targetNames(policy))}: it has ${describeTargets(policy, units, target)}`,
    { code: 'unknown-target', where: { policy: policy.id } },
  );
}

/** What could have been meant, for whoever mistyped. */
function describeTargets({ sections, groups }: Policy, units: readonly Unit[], { kind }: Target): string {
  switch (kind) {
    case 'all':
      return 'no rules, and closes nothing';
    case 'section':
      return `the sections ${describeMore(sections.map(({ id }) => id))}`;
    case 'rule':
      return `the rules ${describeMore(units.flatMap((unit) => (unit.kind === 'rule' ? [unit.rule.id] : [])))}`;
    case 'group':
      return `the groups ${describeMore(groups.map(({ name }) => name))}`;
  }
}

function unitsFor(policy: Policy, units: readonly Unit[], target: Target): Unit[] {
  switch (target.kind) {
    case 'all':
      return [...units];
    case 'section':
      return units.filter((unit) => unit.kind === 'rule' && unit.section.id === target.section);
    case 'rule':
      return units.filter((unit) => unit.kind === 'rule' && unit.rule.id === target.rule);
    case 'group': {
      const groups = withTiers(policy, target.group);
      const sides = target.direction === undefined ? SIDES : [target.direction];
      const speaks = sides.map((side) => speakingOf(policy, groups, side));
      return units.filter((unit) =>
        unit.kind === 'closing'
          ? groups.has(unit.group) && sides.includes(unit.direction)
          : speaks.some((about) => about(unit.rule)),
      );
    }
  }
}

/** Whether a rule admits or denies what goes to some groups (inbound) or comes from them. */
export function speakingOf(policy: Policy, groups: ReadonlySet<string>, side: Side): (rule: Rule) => boolean {
  const own = unionOf(policy.groups.filter(({ id }) => groups.has(id)).map(({ addresses }) => addressSet(addresses)));
  const addresses = new Map(policy.groups.map((group) => [group.id, group.addresses]));
  const overlapping = new Map<string, boolean>();
  const overlapsOwn = (selector: Exclude<Selector, { kind: 'any' }>): boolean => {
    const key = JSON.stringify(selector);
    const named = selector.kind === 'group' ? (addresses.get(selector.group) ?? []) : [selector.prefix];
    const known = overlapping.get(key) ?? overlaps(addressSet(named), own);
    overlapping.set(key, known);
    return known;
  };
  return (rule) =>
    rule[side === 'inbound' ? 'destinations' : 'sources'].some((selector) => {
      if (selector.kind === 'any' || (selector.kind === 'group' && groups.has(selector.group))) return true;
      // A host may be in several groups, and rules may name any of them.
      return overlapsOwn(selector);
    });
}

/** A group and, of an application, its tiers. */
function withTiers({ groups, appliedTo }: Policy, group: string): Set<string> {
  const known = groups.filter(({ id, application }) => id === group || application === group).map(({ id }) => id);
  return new Set(known.length > 0 || !appliedTo.includes(group) ? known : [group]);
}

/** What people call the groups of a policy, and the applications that its sections are of. */
export function targetNames({ groups, sections }: Pick<Policy, 'groups' | 'sections'>): (group: string) => string {
  const names = new Map([
    ...sections.map(({ id, name }) => [id.replace(/^[a-z]+:/, ''), name] as const),
    ...groups.map(({ id, name }) => [id, name] as const),
  ]);
  return (group) => names.get(group) ?? group;
}

/** "rule r-1f0c9d2ab3e4", "connections to shop". */
export function describeTarget(target: Target, nameOf = (group: string): string => group): string {
  switch (target.kind) {
    case 'all':
      return 'all of it';
    case 'section':
      return `section ${target.section}`;
    case 'rule':
      return `rule ${target.rule}`;
    case 'group':
      return `${target.direction === undefined ? 'connections to and from' : target.direction === 'inbound' ? 'connections to' : 'connections from'} ${nameOf(target.group)}`;
  }
}

/** "web of shop may reach app of shop on 8443/tcp (r-1f0c9d2ab3e4)", "what else comes to application-1". */
export function describeUnit(unit: Unit, policy: Policy): string {
  if (unit.kind === 'rule') return `${unit.rule.words} (${unit.rule.id})`;
  const name = policy.groups.find(({ id }) => id === unit.group)?.name ?? unit.group;
  return `the closing of ${name} to ${unit.direction} connections`;
}
