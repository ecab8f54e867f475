import { isV4, parseAddress } from '../../ingest/kernel/ip';
import { addressSet, EVERY_ADDRESS, holds, unionOf, type AddressSet } from '../model/address-set';
import type { Policy, Rule, Selector } from '../model/policy';
import { rangesOf } from '../model/service-range';
import type { Service } from '../../analytics/model/service';

/** How many combinations of known client, known server and service a rule opens. */
export type CountOpenings = (rule: Pick<Rule, 'sources' | 'destinations' | 'services' | 'origin'>) => number;

/** @param hosts addresses. Each combination of selectors is looked up once, however many rules have it. */
export function createOpenings({ groups }: Policy, hosts: readonly string[]): CountOpenings {
  const known = [...new Set(hosts)].map(parseAddress);
  const sets = new Map(groups.map(({ id, addresses }) => [id, addressSet(addresses)]));
  const counts = new Map<string, Hosts>();
  const hostsIn = (selectors: readonly Selector[]): Hosts => {
    const key = JSON.stringify(selectors);
    const found = counts.get(key);
    if (found) return found;
    const set = selectorsSet(selectors, sets);
    const inside = known.filter((address) => holds(set, address));
    const v4 = inside.filter(isV4).length;
    const count = { v4, v6: inside.length - v4 };
    counts.set(key, count);
    return count;
  };
  return ({ sources, destinations, services, origin }) => {
    const [clients, servers] = [hostsIn(sources), hostsIn(destinations)];
    const ports = services.reduce((sum, service) => sum + portsIn(service, isBareRange(service, origin)), 0);
    return (clients.v4 * servers.v4 + clients.v6 * servers.v6) * ports;
  };
}

interface Hosts {
  readonly v4: number;
  readonly v6: number;
}

export function selectorsSet(selectors: readonly Selector[], groups: ReadonlyMap<string, AddressSet>): AddressSet {
  return unionOf(
    selectors.map((selector) => {
      switch (selector.kind) {
        case 'any':
          return EVERY_ADDRESS;
        case 'group':
          return groups.get(selector.group) ?? [];
        case 'prefix':
          return addressSet([selector.prefix]);
      }
    }),
  );
}

/**
 * Where traffic was analysed a dynamic service is one, whose port wanders: not all that it may use is to be seen. A range
 * that somebody else wrote down is many.
 */
export function isBareRange(service: Service, origin: Rule['origin']): boolean {
  return service.kind === 'protocol' || (service.kind === 'dynamic' && origin === 'imported');
}

function portsIn(service: Service, bare: boolean): number {
  if (!bare) return 1;
  return rangesOf(service).reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
