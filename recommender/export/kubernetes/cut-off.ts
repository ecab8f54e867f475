import { PROTOCOL } from '../../../ingest/kernel/port';
import { differenceOf, intersectionOf, prefixesOf } from '../../import/address-algebra';
import { addressSet, EVERY_ADDRESS, type AddressSet } from '../../model/address-set';
import { groupsClosed, SIDES, type Side } from '../../model/closing';
import { rulesInOrder } from '../../model/decide';
import type { Policy, PolicyGroup, Rule, Selector } from '../../model/policy';
import { LAST_PORT, rangesOf } from '../../model/service-range';

export interface WithoutCutOff {
  readonly policy: Policy;
  /** Ids of rules that are said by opening nothing to those they are about. */
  readonly said: ReadonlySet<string>;
}

/**
 * NetworkPolicy cannot deny, but what is closed and selected by nothing that opens is denied all the same. So can a rule
 * be said that denies everything from or to workloads that are closed, as a quarantine does: these addresses are taken
 * out of every rule behind it, on that side.
 */
export function withoutCutOff(policy: Policy): WithoutCutOff {
  const groups = new Map(policy.groups.map((group) => [group.id, group]));
  const added = new Map<string, PolicyGroup>();
  const said = new Set<string>();
  const closed = { inbound: closedOn(policy, groups, 'inbound'), outbound: closedOn(policy, groups, 'outbound') };
  const cut: Record<Side, readonly string[]> = { inbound: [], outbound: [] };
  const rewritten = new Map<Rule, Rule>();
  const free = (selectors: readonly Selector[], side: Side): Selector[] => {
    const gone = addressSet(cut[side]);
    return selectors.map((selector) => {
      const { name, addresses } = selected(selector, groups, policy);
      if (gone.length === 0 || intersectionOf(addressSet(addresses), gone).length === 0) return selector;
      const id = `${selector.kind} ${selector.kind === 'group' ? selector.group : name} but ${cut[side].join(' ')}`;
      added.set(id, {
        id,
        kind: 'unknown',
        name: `${name} but who is cut off`,
        application: null,
        addresses: less(addresses, gone),
      });
      return { kind: 'group', group: id };
    });
  };
  for (const rule of rulesInOrder(policy)) {
    if (rule.action === 'allow') {
      const [sources, destinations] = [free(rule.sources, 'outbound'), free(rule.destinations, 'inbound')];
      rewritten.set(rule, { ...rule, sources, destinations });
    }
    for (const side of SIDES) {
      const denied = deniedAll(rule, side, groups);
      if (denied.length === 0 || !denied.every((address) => closed[side].has(address))) continue;
      cut[side] = [...new Set([...cut[side], ...denied])].sort();
      said.add(rule.id);
    }
  }
  if (said.size === 0) return { policy, said };
  const sections = policy.sections.map((section) => ({
    ...section,
    rules: section.rules.map((rule) => rewritten.get(rule) ?? rule),
  }));
  return { policy: { ...policy, sections, groups: [...policy.groups, ...added.values()] }, said };
}

type Groups = ReadonlyMap<string, PolicyGroup>;

function closedOn(policy: Policy, groups: Groups, side: Side): Set<string> {
  return new Set(groupsClosed(policy, side, 'deny').flatMap((id) => groups.get(id)?.addresses ?? []));
}

function selected(selector: Selector, groups: Groups, { appliedTo }: Policy) {
  switch (selector.kind) {
    case 'any':
      // The closed ones by name: they are pods, which whether a block holds is up to the network plug-in.
      return {
        name: 'anybody',
        addresses: [...appliedTo.flatMap((id) => groups.get(id)?.addresses ?? []), '0.0.0.0/0', '::/0'],
      };
    case 'group':
      return { name: groups.get(selector.group)?.name ?? selector.group, addresses: addressesOf(selector, groups) };
    case 'prefix':
      return { name: `net ${selector.prefix}`, addresses: [selector.prefix] };
  }
}

/** Every text as it is, but for those that hold something that is gone. */
function less(addresses: readonly string[], gone: AddressSet): string[] {
  const left = addresses.flatMap((text) => {
    const set = text === '::/0' ? differenceOf(EVERY_ADDRESS, addressSet(['0.0.0.0/0'])) : addressSet([text]);
    return intersectionOf(set, gone).length === 0 ? [text] : prefixesOf(differenceOf(set, gone));
  });
  return [...new Set(left)].sort();
}

/** Addresses that a rule denies, from or to everybody, all that NetworkPolicy could open. */
function deniedAll(rule: Rule, side: Side, groups: Groups): readonly string[] {
  const { action, alertOnly, sources, destinations, services } = rule;
  if (action !== 'deny' || alertOnly) return [];
  const [own, others] = side === 'inbound' ? [destinations, sources] : [sources, destinations];
  if (!others.some(({ kind }) => kind === 'any') || own.some(({ kind }) => kind === 'any')) return [];
  const ranges = services.flatMap(rangesOf);
  const whole = [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp].every((protocol) =>
    ranges.some((range) => range.protocol === protocol && range.first === 0 && range.last === LAST_PORT),
  );
  return whole ? own.flatMap((selector) => addressesOf(selector, groups)) : [];
}

function addressesOf(selector: Selector, groups: Groups): readonly string[] {
  switch (selector.kind) {
    case 'any':
      return [];
    case 'group':
      return groups.get(selector.group)?.addresses ?? [];
    case 'prefix':
      return [selector.prefix];
  }
}
