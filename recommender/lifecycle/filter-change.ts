import { isV4 } from '../../ingest/kernel/ip';
import { representatives } from '../export/compare';
import { classify } from '../model/address-classes';
import { addressSet, EVERY_V4_ADDRESS, type AddressSet } from '../model/address-set';
import { groupsClosed, SIDES } from '../model/closing';
import { createFilter, rulesInOrder } from '../model/decide';
import {
  constantFilter,
  getsThrough,
  PASS,
  type Packet,
  type PacketFilter,
  type ServiceFilter,
} from '../model/packet-filter';
import type { Policy, Selector } from '../model/policy';
import { outOfOrder } from './out-of-order';
import { unitsOf } from './units';

/**
 * What two policies decide differently, as a filter: `allow` is what only the later lets through, `deny` what only the
 * earlier did, `pass` what became of nothing. Rules are those of the later policy.
 */
export interface FilterChange extends PacketFilter {
  /** A pair of addresses for every two classes between which anything can have changed, in one family. */
  pairs(): Generator<readonly [bigint, bigint]>;
}

/**
 * Only what a changed rule, a moved one or a changed closing speaks of can be decided differently: everything else is
 * not even asked about, so that one edit of a large policy costs little.
 *
 * @throws WayleaveError `unknown-group`
 */
export function filterChange(before: Policy, after: Policy): FilterChange {
  const filters = { before: createFilter(before), after: createFilter(after) };
  const sets = selectorSets([before, after]);
  const addressSets = [EVERY_V4_ADDRESS, ...sets.sets];
  const { classes, of } = classify(addressSets);
  const holding = new Map<number, number[]>();
  classes.forEach(({ sets: inside }, index) => {
    for (const set of inside) {
      const known = holding.get(set);
      if (known) known.push(index);
      else holding.set(set, [index]);
    }
  });
  const every = classes.map((_, index) => index);
  const classesOf = (policy: Policy, selectors: readonly Selector[]): number[] => {
    if (selectors.some(({ kind }) => kind === 'any')) return every;
    const found = selectors.flatMap((selector) => holding.get(1 + sets.indexOf(policy, selector)) ?? []);
    return [...new Set(found)];
  };
  const destinations = new Map<number, Set<number>>();
  for (const { policy, from, to } of suspects(before, after)) {
    const reached = classesOf(policy, to);
    for (const source of classesOf(policy, from)) {
      const known = destinations.get(source) ?? new Set();
      destinations.set(source, known);
      for (const destination of reached) known.add(destination);
    }
  }
  const between = (src: bigint, dst: bigint): ServiceFilter =>
    destinations.get(of(src))?.has(of(dst)) === true
      ? changeBetween(filters.before.between(src, dst), filters.after.between(src, dst))
      : UNCHANGED;

  return {
    addressSets,
    between,
    decide: ({ src, dst, protocol, port }) => between(src, dst).decide(protocol, port),
    *pairs() {
      for (const [from, reached] of destinations) {
        const source = classes[from];
        for (const to of reached) {
          const destination = classes[to];
          if (!source || !destination || isV4(source.first) !== isV4(destination.first)) continue;
          if (source.first !== destination.last) yield [source.first, destination.last];
        }
      }
    },
  };
}

export interface Difference {
  /** Each stands for all packets of its class. */
  readonly opened: readonly Packet[];
  readonly closed: readonly Packet[];
  /** Pairs of address classes that were compared. */
  readonly pairs: number;
  /** Whether there is nothing beyond what is listed. */
  readonly complete: boolean;
}

/** One pair takes some 20 µs. */
const MOST_PAIRS = 100_000;

/** Counter-examples to "both decide alike", at most so many of either kind. */
export function findDifferences(change: FilterChange, most: number): Difference {
  const found: Record<'allow' | 'deny', Packet[]> = { allow: [], deny: [] };
  let complete = true;
  let pairs = 0;
  for (const [src, dst] of change.pairs()) {
    if (pairs === MOST_PAIRS) {
      complete = false;
      break;
    }
    pairs++;
    const services = change.between(src, dst);
    for (const { protocol, port } of representatives([services], isV4(src))) {
      const { action } = services.decide(protocol, port);
      if (action === 'pass') continue;
      if (found[action].length < most) found[action].push({ src, dst, protocol, port });
      else complete = false;
    }
  }
  return { opened: found.allow, closed: found.deny, pairs, complete };
}

const UNCHANGED = constantFilter(PASS);

function changeBetween(before: ServiceFilter, after: ServiceFilter): ServiceFilter {
  return {
    ranges: [...before.ranges, ...after.ranges],
    decide(protocol, port) {
      const verdict = after.decide(protocol, port);
      const through = getsThrough(verdict);
      if (through === getsThrough(before.decide(protocol, port))) return PASS;
      return { action: through ? 'allow' : 'deny', rule: verdict.rule };
    },
  };
}

interface Suspect {
  readonly policy: Policy;
  readonly from: readonly Selector[];
  readonly to: readonly Selector[];
}

function suspects(before: Policy, after: Policy): Suspect[] {
  const [earlier, later] = [keysByRule(before), keysByRule(after)];
  const kept = (keys: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...keys].flatMap(([rule, key]) => (others.get(rule) === key ? [rule] : []));
  const moved = outOfOrder(kept(earlier, later), kept(later, earlier));
  const changed = (policy: Policy, keys: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    rulesInOrder(policy)
      .filter(({ id }) => keys.get(id) !== others.get(id) || moved.has(id))
      .map(({ sources, destinations }): Suspect => ({ policy, from: sources, to: destinations }));
  const any: Selector = { kind: 'any' };
  const closings = SIDES.flatMap((side) => {
    const [was, is] = [closedGroups(before, side), closedGroups(after, side)];
    const of = (policy: Policy, own: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): Suspect => {
      const groups = [...own].flatMap(([group, addresses]): Selector[] =>
        others.get(group) === addresses ? [] : [{ kind: 'group', group }],
      );
      return side === 'inbound' ? { policy, from: [any], to: groups } : { policy, from: groups, to: [any] };
    };
    return [of(before, was, is), of(after, is, was)];
  });
  return [...changed(before, earlier, later), ...changed(after, later, earlier), ...closings];
}

function keysByRule(policy: Policy): Map<string, string> {
  return new Map(unitsOf(policy).flatMap((unit) => (unit.kind === 'rule' ? [[unit.rule.id, unit.key]] : [])));
}

function closedGroups(policy: Policy, side: (typeof SIDES)[number]): Map<string, string> {
  const addresses = new Map(policy.groups.map((group) => [group.id, group.addresses.join()]));
  return new Map(groupsClosed(policy, side, 'deny').map((group) => [group, addresses.get(group) ?? '']));
}

/** The addresses that rules speak of, each set once, however many rules name it. */
function selectorSets(policies: readonly Policy[]) {
  const numbers = new Map<string, number>();
  const sets: AddressSet[] = [];
  const groupKeys = new Map(
    policies.map((policy) => [policy, new Map(policy.groups.map(({ id, addresses }) => [id, addresses.join()]))]),
  );
  const add = (key: string, addresses: Iterable<string>): void => {
    if (numbers.has(key)) return;
    numbers.set(key, sets.length);
    sets.push(addressSet(addresses));
  };
  for (const policy of policies) {
    for (const { addresses } of policy.groups) add(addresses.join(), addresses);
    for (const { sources, destinations } of rulesInOrder(policy)) {
      for (const selector of [...sources, ...destinations]) {
        if (selector.kind === 'prefix') add(selector.prefix, [selector.prefix]);
      }
    }
  }
  const keyOf = (policy: Policy, selector: Selector): string => {
    switch (selector.kind) {
      case 'any':
        return '';
      case 'prefix':
        return selector.prefix;
      case 'group':
        return groupKeys.get(policy)?.get(selector.group) ?? '';
    }
  };
  return { sets, indexOf: (policy: Policy, selector: Selector) => numbers.get(keyOf(policy, selector)) ?? -1 };
}
