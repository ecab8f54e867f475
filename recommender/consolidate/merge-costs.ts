import { rangesOf } from '../model/service-range';
import { unionOf, type AddressSet } from '../model/address-set';
import type { Rule } from '../model/policy';
import { admittedKey, selectorKey, type Landscape } from './landscape';
import type { Lane } from './lanes';
import { unite, type Reach } from './opened';
import type { Seen } from './seen';
import { union, without, type SortedSet } from './sorted-sets';

/** Some rules as the one that they would be. */
export interface Cluster {
  /** The least of its parts' numbers: the same whatever came first. */
  readonly number: number;
  readonly parts: readonly Rule[];
  readonly reach: Reach;
  readonly clients: SortedSet;
  readonly targets: SortedSet;
  /** Equal for equal sources, destinations, services. */
  readonly keys: Readonly<Record<keyof Reach, string>>;
  /** One for each source, destination and service. */
  readonly parted: Readonly<Record<keyof Reach, ReadonlySet<string>>>;
}

/** How much dearer than an exact merge, in pairs of a known client and another's port that it opens. */
export interface Cost {
  readonly exact: boolean;
  readonly openings: number;
}

export interface MergeCosts {
  alone(rule: Rule, number: number): Cluster;
  merged(a: Cluster, b: Cluster): Cluster;
  /** Undefined where the two must not be merged. */
  of(a: Cluster, b: Cluster): Cost | undefined;
}

/** Of two clusters of a lane with equal sources or equal destinations. */
export function mergeCosts(lane: Lane, landscape: Landscape, administers: Seen['administers']): MergeCosts {
  const denied = lane.denying.map((rule) => ({
    sources: unionOf(landscape.addressesOf(rule.sources)),
    destinations: unionOf(landscape.addressesOf(rule.destinations)),
    services: rule.services.flatMap(rangesOf),
  }));
  const isForbidden = ({ sources, destinations, services }: Reach): boolean => {
    if (administers && services.some(administers)) return true;
    const ranges = services.flatMap(rangesOf);
    return denied.some(
      (rule) =>
        ranges.some((a) =>
          rule.services.some((b) => a.protocol === b.protocol && a.first <= b.last && b.first <= a.last),
        ) &&
        meet(rule.sources, landscape.addressesOf(sources)) &&
        meet(rule.destinations, landscape.addressesOf(destinations)),
    );
  };
  const mayForbid = denied.length > 0 || administers !== undefined;
  const clusterOf = (number: number, parts: readonly Rule[], reach: Reach): Cluster => {
    const [sources, destinations] = [reach.sources, reach.destinations].map((side) => side.map(selectorKey));
    const services = reach.services.map(admittedKey);
    return {
      number,
      parts,
      reach,
      clients: landscape.clientsOf(reach.sources),
      targets: landscape.targetsOf(reach.destinations, reach.services),
      keys: { sources: String(sources), destinations: String(destinations), services: String(services) },
      parted: { sources: new Set(sources), destinations: new Set(destinations), services: new Set(services) },
    };
  };
  return {
    alone: (rule, number) => clusterOf(number, [rule], unite([rule])),
    merged: (a, b) => clusterOf(Math.min(a.number, b.number), [...a.parts, ...b.parts], unite([a.reach, b.reach])),
    of(a, b) {
      const same = (key: keyof Cluster['keys']) => a.keys[key] === b.keys[key];
      if (!same('sources') && !same('destinations')) return undefined;
      const [more, most] = [crossing(a, b), crossing(b, a)];
      if (!more && !most) return { exact: true, openings: 0 };
      if (lane.exact) return undefined;
      if (mayForbid && [more?.(), most?.()].some((reach) => reach && isForbidden(reach))) return undefined;
      return { exact: false, openings: extraOpenings(a, b, landscape) };
    },
  };
}

/** What the first's own sources, or destinations, are given of the other's own services; undefined where that is nothing. */
function crossing(a: Cluster, b: Cluster): (() => Reach) | undefined {
  const side = a.keys.sources === b.keys.sources ? 'destinations' : 'sources';
  if (isWithin(a.parted[side], b.parted[side]) || isWithin(b.parted.services, a.parted.services)) return undefined;
  return () => ({
    ...a.reach,
    [side]: a.reach[side].filter((each) => !b.parted[side].has(selectorKey(each))),
    services: b.reach.services.filter((each) => !a.parted.services.has(admittedKey(each))),
  });
}

function isWithin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const key of a) if (!b.has(key)) return false;
  return true;
}

function extraOpenings(a: Cluster, b: Cluster, { openings, targetsOf }: Landscape): number {
  if (a.keys.sources === b.keys.sources) {
    const crossed = union(
      targetsOf(a.reach.destinations, b.reach.services),
      targetsOf(b.reach.destinations, a.reach.services),
    );
    return openings(a.clients, without(without(crossed, a.targets), b.targets));
  }
  return (
    openings(without(a.clients, b.clients), without(b.targets, a.targets)) +
    openings(without(b.clients, a.clients), without(a.targets, b.targets))
  );
}

function meet(set: AddressSet, others: readonly AddressSet[]): boolean {
  return others.some((other) => set.some((a) => other.some((b) => a.first <= b.last && b.first <= a.last)));
}
