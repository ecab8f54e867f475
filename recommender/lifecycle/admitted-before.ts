import { addressSet, unionOf, type AddressSet } from '../model/address-set';
import { decidingRules } from '../model/decide';
import type { Policy, Rule, Selector } from '../model/policy';
import { selectorSet } from '../model/selector-set';
import { rangesOf } from '../model/service-range';
import { overlaps } from './overlap';

/**
 * Of each deny rule, by its id, the ids of the allow rules before it that admit some of what it would deny, sorted: order
 * decides between them, so that where a denial stands is a part of what it says.
 */
export function admittedBefore(policy: Policy): ReadonlyMap<string, readonly string[]> {
  const deciding = decidingRules(policy);
  if (!deciding.some(({ action }) => action === 'deny')) return new Map();
  const groups = new Map(policy.groups.map((group) => [group.id, group.addresses]));
  const ends = new Map<string, AddressSet>();
  const endOf = (selectors: readonly Selector[]): AddressSet => {
    const key = JSON.stringify(selectors);
    const known =
      ends.get(key) ??
      unionOf(selectors.map((selector) => selectorSet(selector, (id) => addressSet(groups.get(id) ?? []))));
    ends.set(key, known);
    return known;
  };
  const meet = (allowed: Rule, denied: Rule) =>
    overlaps(endOf(allowed.sources), endOf(denied.sources)) &&
    overlaps(endOf(allowed.destinations), endOf(denied.destinations));

  const before: { readonly rule: Rule; readonly channels: AddressSet }[] = [];
  const found = new Map<string, readonly string[]>();
  for (const rule of deciding) {
    const channels = channelsOf(rule);
    if (rule.action === 'allow') before.push({ rule, channels });
    else {
      const admitting = before.filter((each) => overlaps(each.channels, channels) && meet(each.rule, rule));
      found.set(rule.id, admitting.map((each) => each.rule.id).sort());
    }
  }
  return found;
}

const PORTS = 0x1_0000n;

/** Protocols and ports on one line, as addresses are. */
function channelsOf({ services }: Rule): AddressSet {
  return unionOf([
    services.flatMap(rangesOf).map(({ protocol, first, last }) => ({
      first: BigInt(protocol) * PORTS + BigInt(first),
      last: BigInt(protocol) * PORTS + BigInt(last),
    })),
  ]);
}
