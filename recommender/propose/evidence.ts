import type { Dependency } from '../../analytics/model/dependency';
import { serviceKey } from '../../analytics/services';
import type { Evidence, Witness } from '../model/policy';
import type { Estate } from './estate';
import { filterText } from './filter-text';
import { busiest, describeDependency } from './words';

const EXAMPLES = 3;

/** @param witnesses of the exporters that reported any of it; undefined where nothing is known of their quality */
export function evidenceOf(
  dependencies: readonly Dependency[],
  { workloads }: Estate,
  witnesses: readonly Witness[] | undefined,
): Evidence {
  const filter = filterText(dependencies, workloads);
  return {
    dependencies: tuplesOf(dependencies),
    conversations: sumOf(dependencies, ({ conversations, ports }) => conversations ?? ports.length),
    connections: sumOf(dependencies, ({ connections }) => connections),
    packets: sumOf(dependencies, ({ packets }) => packets),
    bytes: sumOf(dependencies, ({ bytes }) => bytes),
    hours: -least(dependencies, ({ hours }) => -hours),
    firstSeen: firstOf(dependencies),
    lastSeen: lastOf(dependencies),
    direction: least(dependencies, ({ direction }) => direction),
    reporters: reportersOf(dependencies),
    examples: busiest(dependencies, EXAMPLES).map((dependency) => describeDependency(dependency, workloads)),
    ...(witnesses ? { witnesses } : {}),
    ...(filter === undefined ? {} : { filter }),
  };
}

export function reportersOf(dependencies: readonly Dependency[]): string[] {
  return [...new Set(dependencies.flatMap(({ reporters }) => reporters))].sort();
}

/** Distinct client, server and service. */
export function tuplesOf(dependencies: readonly Dependency[]): number {
  return new Set(dependencies.map(({ client, server, service }) => `${client}\t${server}\t${serviceKey(service)}`))
    .size;
}

export function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, each) => total + of(each), 0);
}

export function firstOf(dependencies: readonly Dependency[]): number {
  return least(dependencies, ({ firstSeen }) => firstSeen);
}

export function lastOf(dependencies: readonly Dependency[]): number {
  return -least(dependencies, ({ lastSeen }) => -lastSeen);
}

/** Of any number of dependencies: `Math.min` takes its arguments on the stack. */
function least(dependencies: readonly Dependency[], of: (dependency: Dependency) => number): number {
  return dependencies.reduce((best, each) => Math.min(best, of(each)), Infinity);
}
