import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Workload } from '../../analytics/model/workload';
import { serviceKey } from '../../analytics/services';
import { compareText } from '../../ingest/kernel/text';
import { isV4, parseAddress } from '../../ingest/kernel/ip';
import { classify } from '../model/address-classes';
import { EVERY_V4_ADDRESS } from '../model/address-set';
import { createFilter } from '../model/decide';
import { getsThrough, type ServiceFilter } from '../model/packet-filter';
import type { Policy } from '../model/policy';
import { administrationOf } from './administration';

/** What is known of an estate, to see how far an intruder gets. */
export interface Grounds {
  /** Those outside the estate are left out. */
  readonly workloads: readonly Workload[];
  /** Who serves what; dependencies will do. */
  readonly served: readonly Pick<Dependency, 'server' | 'service' | 'ports'>[];
  /** What people call the group of a workload. */
  readonly groupOf: (workload: string) => string | undefined;
}

/** Workloads of one group that rules treat alike and that serve the same: an intruder gets to all of them or to none. */
export interface Area {
  readonly name: string;
  /** Ids, sorted. */
  readonly workloads: readonly string[];
  /** The same for areas from which the same can be reached. */
  readonly standpoint: number;
}

/** A way into an area. */
export interface Passage {
  readonly service: Service;
  /** Id of the rule that lets it pass; null where no rule says anything. */
  readonly rule: string | null;
  /** The administration protocol it is. */
  readonly administration: string | undefined;
}

/** Where an intruder can go. Nodes are areas, so that ten thousand workloads are some hundreds. */
export interface IntruderMap {
  readonly areas: readonly Area[];
  readonly standpoints: number;
  /** Into each area, by its number; undefined where there is no way. */
  ways(standpoint: number, means: Means): readonly (Passage | undefined)[];
}

/** By whatever is served, or by what administers only. */
export type Means = 'any' | 'administration';

interface Offer {
  readonly service: Service;
  readonly administration: string | undefined;
  readonly ports: Set<number>;
}

/** Of a dynamic service's ports so many are tried: its rule opens a range. */
const PORTS_TRIED = 8;

/**
 * @param policy null for an estate without: everything that is served is open to everybody
 * @param mark workloads of different marks are asked about apart, so they share no area
 */
export function mapIntruder(policy: Policy | null, grounds: Grounds, mark: (workload: string) => string): IntruderMap {
  const filter = policy ? createFilter(policy) : undefined;
  const { classes, of } = classify([EVERY_V4_ADDRESS, ...(filter?.addressSets ?? [])]);
  const offers = offersOf(grounds.served);
  const standpoints = new Map<string, { readonly number: number; readonly classes: readonly number[] }>();
  const areas = new Map<
    string,
    Area & { readonly offers: readonly Offer[]; readonly classes: readonly number[]; readonly workloads: string[] }
  >();
  for (const { id, name, kind, addresses } of grounds.workloads) {
    if (kind === 'external') continue;
    const inside = [...new Set(addresses.map((text) => of(parseAddress(text))))].sort((a, b) => a - b);
    const place = inside.join();
    const standpoint = standpoints.get(place) ?? { number: standpoints.size, classes: inside };
    standpoints.set(place, standpoint);
    const group = grounds.groupOf(id) ?? name;
    const own = offers.get(id) ?? new Map<string, Offer>();
    const key = [place, group, [...own.keys()].sort().join(), mark(id)].join('\t');
    const known = areas.get(key);
    if (known) known.workloads.push(id);
    else
      areas.set(key, {
        name: group,
        workloads: [id],
        standpoint: standpoint.number,
        classes: inside,
        offers: [...own].sort(([a], [b]) => compareText(a, b)).map(([, offer]) => offer),
      });
  }
  const ordered = [...areas].sort(([a], [b]) => compareText(a, b)).map(([, area]) => area);
  for (const { workloads } of ordered) workloads.sort();
  const places = [...standpoints.values()].map((each) => each.classes);

  const filters = new Map<number, ServiceFilter>();
  const between = (from: number, to: number): ServiceFilter | undefined => {
    const [src, dst] = [classes[from]?.first, classes[to]?.last];
    if (!filter || src === undefined || dst === undefined || isV4(src) !== isV4(dst)) return undefined;
    const key = from * classes.length + to;
    const known = filters.get(key) ?? filter.between(src, dst);
    filters.set(key, known);
    return known;
  };
  const wayInto = (from: readonly number[], to: (typeof ordered)[number], means: Means): Passage | undefined => {
    for (const { service, ports, administration } of to.offers) {
      if (means === 'administration' && administration === undefined) continue;
      if (!filter) return { service, rule: null, administration };
      const tried = spread([...ports]);
      for (const src of from) {
        for (const dst of to.classes) {
          const services = between(src, dst);
          const verdict = tried
            .map((port) => services?.decide(service.protocol, port))
            .find((each) => each && getsThrough(each));
          if (verdict) return { service, rule: verdict.rule, administration };
        }
      }
    }
    return undefined;
  };
  const known = {
    any: new Map<number, (Passage | undefined)[]>(),
    administration: new Map<number, (Passage | undefined)[]>(),
  };
  return {
    areas: ordered,
    standpoints: places.length,
    ways(standpoint, means) {
      const row = known[means].get(standpoint) ?? ordered.map((to) => wayInto(places[standpoint] ?? [], to, means));
      known[means].set(standpoint, row);
      return row;
    },
  };
}

function offersOf(served: Grounds['served']): Map<string, Map<string, Offer>> {
  const offers = new Map<string, Map<string, Offer>>();
  for (const { server, service, ports } of served) {
    const own = offers.get(server) ?? new Map<string, Offer>();
    offers.set(server, own);
    const key = serviceKey(service);
    const offer = own.get(key) ?? { service, administration: administrationOf(service), ports: new Set() };
    own.set(key, offer);
    for (const port of ports) offer.ports.add(port);
  }
  return offers;
}

function spread(ports: readonly number[]): readonly number[] {
  if (ports.length <= PORTS_TRIED) return ports;
  return Array.from({ length: PORTS_TRIED }, (_, at) => ports[Math.floor((at * ports.length) / PORTS_TRIED)] ?? 0);
}
