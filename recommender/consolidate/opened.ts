import type { Service } from '../../analytics/model/service';
import { listWords, serviceWords } from '../propose/words';
import { compareText } from '../../ingest/kernel/text';
import type { Selector } from '../model/policy';
import { groupBy } from '../../analytics/graph/group-by';
import { admittedKey, selectorKey, type Landscape } from './landscape';

/** What a rule says of whom. */
export interface Reach {
  readonly sources: readonly Selector[];
  readonly destinations: readonly Selector[];
  readonly services: readonly Service[];
}

/** Selectors and services of any of the parts, each once, sorted. */
export function unite(parts: readonly Reach[]): Reach {
  return {
    sources: selectorsOf(parts.flatMap(({ sources }) => sources)),
    destinations: selectorsOf(parts.flatMap(({ destinations }) => destinations)),
    services: servicesOf(parts.flatMap(({ services }) => services)),
  };
}

/**
 * What the union of some rules admits that none of them does: together with them it admits exactly what the union does.
 * Each is the largest set of sources with the same services of the same destinations.
 */
export function openedBy(parts: readonly Reach[]): Reach[] {
  const whole = unite(parts);
  const partsBySource = new Map(
    whole.sources.map((source) => {
      const key = selectorKey(source);
      return [key, parts.filter(({ sources }) => sources.some((each) => selectorKey(each) === key))] as const;
    }),
  );
  const missing = whole.destinations.flatMap((destination) => {
    const to = selectorKey(destination);
    const towards = new Set(parts.filter(({ destinations }) => destinations.some((each) => selectorKey(each) === to)));
    return whole.sources.flatMap((source) => {
      const admitted = new Set(
        (partsBySource.get(selectorKey(source)) ?? [])
          .filter((part) => towards.has(part))
          .flatMap(({ services }) => services.map(admittedKey)),
      );
      const services = whole.services.filter((service) => !admitted.has(admittedKey(service)));
      return services.length === 0 ? [] : [{ source, destination, services }];
    });
  });
  const bySources = [
    ...groupBy(missing, ({ destination, services }) =>
      [selectorKey(destination), ...services.map(admittedKey)].join('\t'),
    ).values(),
  ].map((same) => ({
    sources: selectorsOf(same.map(({ source }) => source)),
    destinations: same.slice(0, 1).map(({ destination }) => destination),
    services: same[0]?.services ?? [],
  }));
  return [
    ...groupBy(bySources, ({ sources, services }) =>
      [...sources.map(selectorKey), '', ...services.map(admittedKey)].join('\t'),
    ).values(),
  ].map((same) => unite(same));
}

/** How many pairs of a known client and another's port it is. */
export function openingsOf({ sources, destinations, services }: Reach, landscape: Landscape): number {
  return landscape.openings(landscape.clientsOf(sources), landscape.targetsOf(destinations, services));
}

/** "batch may now reach db on 22/tcp (4 combinations)". */
export function openedWords(reach: Reach, landscape: Landscape, nameOf: (selector: Selector) => string): string {
  const [from, to] = [reach.sources, reach.destinations].map((selectors) =>
    listWords(selectors.map(nameOf).sort(compareText)),
  );
  const openings = openingsOf(reach, landscape);
  const count =
    openings === 0
      ? 'nobody there was seen serving it'
      : `${openings.toLocaleString('en-US')} ${openings === 1 ? 'combination' : 'combinations'}`;
  return `${from} may now reach ${to} on ${listWords(reach.services.map(serviceWords), ' services')} (${count})`;
}

function selectorsOf(selectors: readonly Selector[]): Selector[] {
  const byKey = new Map(selectors.map((selector) => [selectorKey(selector), selector]));
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, selector]) => selector);
}

function servicesOf(services: readonly Service[]): Service[] {
  const byKey = new Map(services.map((service) => [admittedKey(service), service]));
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, service]) => service);
}
