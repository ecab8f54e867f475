import { serviceKey } from '../../analytics/services';
import { addressSet } from '../model/address-set';
import { rulesInOrder } from '../model/decide';
import type { Policy, PolicyGroup, Rule, Section, Selector } from '../model/policy';
import { rangesOf } from '../model/service-range';
import { overlaps } from './overlap';
import type { AddressEdits, PolicyState } from './model';
import { withPolicyId } from './policy-id';
import { endWords, namesIn, ruleWords } from './rule-words';

export interface Merged {
  readonly body: Policy;
  /** In words: hand-written rules that decide otherwise than a proposed one, which stay before it. */
  readonly conflicts: readonly string[];
  /** In words: what was recommended and a person had removed. */
  readonly leftOut: readonly string[];
}

/**
 * A newer recommendation as a revision of a policy. Its sections take the place of those of the same id; of a
 * recommendation for all there is, of all. What people wrote, accepted or imported stays where it was, what they removed
 * stays removed, and so do the addresses and closings that they changed.
 */
export function mergeRecommendation(
  before: Policy,
  recommended: Policy,
  { removed, addresses }: Pick<PolicyState, 'removed' | 'addresses'>,
): Merged {
  const nameOf = namesIn(recommended);
  const isWhole = coversAll(before, recommended);
  const byHand = new Set(
    rulesInOrder(before)
      .filter(isByHand)
      .map(({ id }) => id),
  );
  const leftOut = rulesInOrder(recommended).filter(({ id }) => removed.has(id) && !byHand.has(id));
  const offered = (section: Section) => section.rules.filter(({ id }) => !removed.has(id) && !byHand.has(id));
  const offers = new Map(recommended.sections.map((section) => [section.id, section]));
  const known = new Set(before.sections.map(({ id }) => id));
  const sections = [
    ...before.sections.map((section): Section => {
      const offer = offers.get(section.id);
      if (!offer) return isWhole ? { ...section, rules: section.rules.filter(isByHand) } : section;
      const rules = isWhole || section.category !== 'infrastructure' ? offered(offer) : joined(section, offered(offer));
      return { ...section, rules: withHandWritten(section.rules, rules) };
    }),
    ...recommended.sections
      .filter(({ id }) => !known.has(id))
      .map((section) => ({ ...section, rules: offered(section) })),
  ].filter(({ rules }) => rules.length > 0);
  // A group of people's own, as that of a quarantine, is unknown to what recommends: it stays closed.
  const offeredGroups = new Set(recommended.groups.map(({ id }) => id));
  const own = groupsNamed(before.sections.flatMap(({ rules }) => rules.filter(isByHand)));
  const kept = before.appliedTo.filter((group) => !isWhole || (own.has(group) && !offeredGroups.has(group)));
  const appliedTo = kept.length === 0 ? recommended.appliedTo : union(kept, recommended.appliedTo);
  const unkept = new Set(before.appliedTo);
  const closures = [
    ...(before.closures ?? []).filter(({ group }) => appliedTo.includes(group)),
    ...(recommended.closures ?? []).filter(({ group }) => !unkept.has(group)),
  ].sort((a, b) => (a.group < b.group ? -1 : 1));
  const { closures: _, scope, ...rest } = recommended;
  const merged = {
    ...rest,
    name: before.name,
    ...(isWhole ? (scope ? { scope } : {}) : before.scope ? { scope: before.scope } : {}),
    sections,
    appliedTo,
    ...(closures.length > 0 ? { closures } : {}),
  };
  const body = withPolicyId({ ...merged, groups: groupsOf(before, recommended, merged, addresses) });
  return {
    body,
    conflicts: conflictsIn(body),
    leftOut: leftOut.map((rule) => `${ruleWords(rule, nameOf)} (${rule.id}): was removed by hand`),
  };
}

/** Recommendations of earlier releases do not say what they are of. */
function coversAll(before: Policy, { scope, appliedTo }: Policy): boolean {
  if (scope) return scope.kind === 'everything';
  const closed = new Set(appliedTo);
  return before.appliedTo.every((group) => closed.has(group));
}

function isByHand({ origin }: Rule): boolean {
  return origin !== undefined && origin !== 'proposed';
}

/** Shared services are everybody's: what other applications need of them stays, and nothing is said twice. */
function joined(section: Section, offered: readonly Rule[]): Rule[] {
  const standing = section.rules.filter((rule) => !isByHand(rule));
  const ids = new Set(offered.map(({ id }) => id));
  const kept = standing.filter(({ id }) => !ids.has(id));
  return [...kept, ...offered.filter((rule) => !kept.some((other) => covers(other, rule)))];
}

function covers(wide: Rule, narrow: Rule): boolean {
  const within = (some: readonly string[], all: readonly string[]) => some.every((each) => all.includes(each));
  const keys = (selectors: readonly Selector[]) => selectors.map((selector) => JSON.stringify(selector));
  return (
    wide.action === narrow.action &&
    // What is narrowed by its context, or ends, does not stand for what is not.
    wide.context === undefined &&
    wide.lease === undefined &&
    within(keys(narrow.sources), keys(wide.sources)) &&
    within(keys(narrow.destinations), keys(wide.destinations)) &&
    within(narrow.services.map(serviceKey), wide.services.map(serviceKey))
  );
}

/** Each stays before what it was before; where that is gone, before what came after that. */
function withHandWritten(before: readonly Rule[], rules: readonly Rule[]): Rule[] {
  const merged = [...rules];
  [...before].reverse().forEach((rule, i) => {
    if (!isByHand(rule)) return;
    const followers = before.slice(before.length - i).map(({ id }) => id);
    const next = followers.find((id) => merged.some((each) => each.id === id));
    merged.splice(next === undefined ? merged.length : merged.findIndex(({ id }) => id === next), 0, rule);
  });
  return merged;
}

function groupsOf(
  before: Policy,
  recommended: Policy,
  { sections, appliedTo }: Pick<Policy, 'sections' | 'appliedTo'>,
  edits: ReadonlyMap<string, AddressEdits>,
): PolicyGroup[] {
  const needed = new Set([...groupsNamed(sections.flatMap(({ rules }) => rules)), ...appliedTo]);
  const groups = new Map([
    ...before.groups.filter(({ id }) => needed.has(id)).map((group) => [group.id, group] as const),
    ...recommended.groups.map((group) => [group.id, group] as const),
  ]);
  return [...groups.values()]
    .map((group) => {
      const edit = edits.get(group.id);
      if (!edit) return group;
      const staying = group.addresses.filter((address) => !edit.remove.has(address));
      return { ...group, addresses: union(staying, [...edit.add]) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function groupsNamed(rules: readonly Rule[]): Set<string> {
  return new Set(
    rules
      .flatMap(({ sources, destinations }) => [...sources, ...destinations])
      .flatMap((selector) => (selector.kind === 'group' ? [selector.group] : [])),
  );
}

/** Rules that a person wrote and that decide some of the same otherwise than a proposed one. */
function conflictsIn(body: Policy): string[] {
  const nameOf = namesIn(body);
  const sets = new Map(body.groups.map(({ id, addresses }) => [id, addressSet(addresses)]));
  const setOf = (selector: Selector) =>
    selector.kind === 'group'
      ? (sets.get(selector.group) ?? [])
      : selector.kind === 'prefix'
        ? addressSet([selector.prefix])
        : undefined;
  const meet = (some: readonly Selector[], others: readonly Selector[]) =>
    some.some((one) =>
      others.some((other) => {
        const [a, b] = [setOf(one), setOf(other)];
        return !a || !b || overlaps(a, b);
      }),
    );
  const serve = (one: Rule, other: Rule) =>
    one.services
      .flatMap(rangesOf)
      .some((a) =>
        other.services
          .flatMap(rangesOf)
          .some((b) => a.protocol === b.protocol && a.first <= b.last && b.first <= a.last),
      );
  const rules = rulesInOrder(body);
  return rules.filter(isByHand).flatMap((own) =>
    rules
      .filter((rule) => !isByHand(rule) && rule.action !== own.action)
      .filter(
        (rule) => serve(own, rule) && meet(own.sources, rule.sources) && meet(own.destinations, rule.destinations),
      )
      .map(
        (rule) =>
          `${ruleWords(own, nameOf)}, by hand, against ${ruleWords(rule, nameOf)}, recommended for ${endWords(rule.sources, nameOf)}: the first of them in the policy counts`,
      ),
  );
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])].sort();
}
