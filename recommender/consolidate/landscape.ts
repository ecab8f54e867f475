import { serviceKey } from '../../analytics/services';
import type { Service } from '../../analytics/model/service';
import { parseAddress } from '../../ingest/kernel/ip';
import { classify } from '../model/address-classes';
import { addressSet, type AddressSet } from '../model/address-set';
import { rulesInOrder } from '../model/decide';
import type { Policy, Selector } from '../model/policy';
import { selectorSet } from '../model/selector-set';
import { inRanges, rangesOf } from '../model/service-range';
import { isHandedOut } from '../replay';
import type { Seen } from './seen';
import { has, sortedSet, union, type SortedSet } from './sorted-sets';

/** Services that known servers of one place were seen serving on the same ports. */
interface Target {
  readonly place: number;
  readonly protocol: number;
  readonly ports: readonly number[];
  /** Over its servers. */
  count: number;
}

/**
 * The known estate as the selectors of a policy tell it apart: workloads that are inside the same selectors are one
 * place, what those of one place serve alike is one target. What rules open is counted in these.
 */
export interface Landscape {
  /** Known clients that a rule's sources mean. External workloads are nobody's to count. */
  clientsOf(sources: readonly Selector[]): SortedSet;
  /** Known servers and services that a rule's destinations and services mean; open when any of a service's ports is. */
  targetsOf(destinations: readonly Selector[], services: readonly Service[]): SortedSet;
  /** How many pairs of a known client and another's service these are. */
  openings(clients: SortedSet, targets: SortedSet): number;
  /** Of these, how many a replay counts as attack surface: those of managed clients, or of all where none is managed. */
  attackable(clients: SortedSet, targets: SortedSet): number;
  addressesOf(selectors: readonly Selector[]): readonly AddressSet[];
  /** Every client and every target: an estate without a policy. */
  readonly everything: { readonly clients: SortedSet; readonly targets: SortedSet };
}

export const selectorKey = (selector: Selector): string => partsOf(selector).join(' ');
export const selectorsKey = (selectors: readonly Selector[]): string => selectors.map(selectorKey).sort().join();

/** Services that admit the same are the same. */
export function admittedKey(service: Service): string {
  const ranges = rangesOf(service).map(({ protocol, first, last }) => `${protocol}:${first}-${last}`);
  return `${serviceKey(service)} ${ranges.join()}`;
}

export function surveyLandscape(policy: Policy, { workloads, served, handedOut = isHandedOut }: Seen): Landscape {
  const sets = new Map<string, { readonly index: number; readonly set: AddressSet }>();
  const groups = new Map(policy.groups.map(({ id, addresses }) => [id, addresses]));
  for (const selector of rulesInOrder(policy).flatMap(({ sources, destinations }) => [...sources, ...destinations])) {
    const key = selectorKey(selector);
    if (!sets.has(key))
      sets.set(key, { index: sets.size, set: selectorSet(selector, (id) => addressSet(groups.get(id) ?? [])) });
  }
  const { placeOf, counts, attackers, placesIn } = placesOf(
    [...sets.values()].map(({ set }) => set),
    workloads,
  );
  const { targets, targetsAt } = targetsFrom(served, placeOf, handedOut);

  const placesByKey = new Map<string, SortedSet>();
  const places = (selectors: readonly Selector[]): SortedSet => {
    const key = selectorsKey(selectors);
    const known = placesByKey.get(key);
    if (known) return known;
    const found = sortedSet(selectors.flatMap((each) => placesIn[sets.get(selectorKey(each))?.index ?? -1] ?? []));
    placesByKey.set(key, found);
    return found;
  };
  const targetsByKey = new Map<string, SortedSet>();
  const targetsOfOne = (selector: Selector, service: Service): SortedSet => {
    const key = `${selectorKey(selector)}\t${admittedKey(service)}`;
    const known = targetsByKey.get(key);
    if (known) return known;
    const ranges = rangesOf(service);
    const found = sortedSet(places([selector]).flatMap((place) => targetsAt.get(place) ?? [])).filter((at) =>
      targets[at]?.ports.some((port) => inRanges(ranges, targets[at]?.protocol ?? 0, port)),
    );
    targetsByKey.set(key, found);
    return found;
  };
  const pairs = (of: readonly number[], clients: SortedSet, wanted: SortedSet): number => {
    if (clients.length === 0 || wanted.length === 0) return 0;
    const everyone = clients.reduce((sum, place) => sum + (of[place] ?? 0), 0);
    return wanted.reduce((sum, at) => {
      const target = targets[at];
      if (!target) return sum;
      // Nobody attacks himself.
      const itself = (of[target.place] ?? 0) > 0 && has(clients, target.place) ? 1 : 0;
      return sum + target.count * (everyone - itself);
    }, 0);
  };

  return {
    clientsOf: places,
    targetsOf: (destinations, services) =>
      destinations
        .flatMap((selector) => services.map((service) => targetsOfOne(selector, service)))
        .reduce<SortedSet>(union, []),
    openings: (clients, wanted) => pairs(counts, clients, wanted),
    attackable: (clients, wanted) => pairs(attackers, clients, wanted),
    addressesOf: (selectors) =>
      selectors.flatMap((selector) => {
        const found = sets.get(selectorKey(selector));
        return found ? [found.set] : [];
      }),
    everything: {
      clients: counts.map((_, place) => place),
      targets: targets.map((_, at) => at),
    },
  };
}

function placesOf(sets: readonly AddressSet[], workloads: Seen['workloads']) {
  const { classes, of } = classify(sets);
  const counts: number[] = [];
  const attackers: number[] = [];
  const hasManaged = workloads.some(({ kind }) => kind === 'managed');
  const placesIn: number[][] = sets.map(() => []);
  const byMembership = new Map<string, number>();
  const placeOf = new Map<string, number>();
  for (const { id, kind, addresses } of workloads) {
    if (kind === 'external') continue;
    const inside = sortedSet(addresses.flatMap((address) => classes[of(parseAddress(address))]?.sets ?? []));
    const attacks = kind === 'managed' || !hasManaged;
    const key = `${attacks} ${inside.join()}`;
    let place = byMembership.get(key);
    if (place === undefined) {
      byMembership.set(key, (place = counts.push(0) - 1));
      attackers.push(0);
      for (const set of inside) placesIn[set]?.push(place);
    }
    counts[place] = (counts[place] ?? 0) + 1;
    if (attacks) attackers[place] = (attackers[place] ?? 0) + 1;
    placeOf.set(id, place);
  }
  return { placeOf, counts, attackers, placesIn };
}

function targetsFrom(
  served: Seen['served'],
  placeOf: ReadonlyMap<string, number>,
  handedOut: NonNullable<Seen['handedOut']>,
) {
  const offers = new Map<
    string,
    { readonly place: number; readonly protocol: number; readonly isOne: boolean; readonly ports: Set<number> }
  >();
  for (const { server, service, ports } of served) {
    const place = placeOf.get(server);
    if (place === undefined) continue;
    const { protocol } = service;
    for (const port of ports) {
      const isOne = handedOut(protocol, port);
      const key = `${server}\t${isOne ? protocol : serviceKey(service)}`;
      const offer = offers.get(key) ?? { place, protocol, isOne, ports: new Set() };
      offers.set(key, offer);
      offer.ports.add(port);
    }
  }
  const alike = new Map<string, Target>();
  for (const { place, protocol, isOne, ports } of offers.values()) {
    const sorted = sortedSet(ports);
    const key = `${place}\t${protocol}\t${isOne}\t${sorted.join()}`;
    const target = alike.get(key) ?? { place, protocol, ports: sorted, count: 0 };
    alike.set(key, target);
    target.count += isOne ? 1 : sorted.length;
  }
  const targets = [...alike.values()];
  const targetsAt = new Map<number, number[]>();
  targets.forEach(({ place }, at) => {
    const there = targetsAt.get(place);
    if (there) there.push(at);
    else targetsAt.set(place, [at]);
  });
  return { targets, targetsAt };
}

function partsOf(selector: Selector): readonly string[] {
  switch (selector.kind) {
    case 'any':
      return [selector.kind];
    case 'group':
      return [selector.kind, selector.group];
    case 'prefix':
      return [selector.kind, selector.prefix];
  }
}
