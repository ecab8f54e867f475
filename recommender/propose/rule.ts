import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Member } from '../../analytics/model/topology';
import { serviceKey } from '../../analytics/services';
import { contentId } from '../model/identity';
import type { Evidence, Rule } from '../model/policy';
import { confidenceOf } from './confidence';
import type { Draft } from './draft';
import type { End } from './end';
import type { Estate } from './estate';
import { busiest, describeDependency, listWords, serviceWords } from './words';

const EXAMPLES = 3;

export function ruleOf(draft: Draft, estate: Estate): Rule {
  const { sources, destination, services, dependencies } = draft;
  const selectors = sources.flatMap((end) => end.selectors);
  return {
    id: contentId('r', ['allow', selectors, destination.selectors, services.map(serviceKey)]),
    words: wordsOf(draft),
    action: 'allow',
    sources: selectors,
    destinations: destination.selectors,
    services,
    log: false,
    confidence: confidenceOf(dependencies, membersSeen(dependencies, estate)),
    surface: surfaceOf(sources, destination, services, dependencies),
    evidence: evidenceOf(dependencies, estate),
  };
}

function wordsOf({ sources, everyone, destination, services }: Draft): string {
  const on = listWords(services.map(serviceWords), ' services');
  if (!everyone) return `${listWords(sources.map(({ name }) => name))} may reach ${destination.name} on ${on}`;
  const unseen = everyone.unseen.length === 0 ? '' : ` (not seen from ${listWords(everyone.unseen)})`;
  return `every managed workload may reach ${destination.name} on ${on}${unseen}`;
}

/** A dynamic service is one, however many ports it handed out. */
function surfaceOf(
  sources: readonly End[],
  destination: End,
  services: readonly Service[],
  dependencies: readonly Dependency[],
): Rule['surface'] {
  const clients = new Set(sources.flatMap(({ workloads }) => workloads));
  const servers = new Set(destination.workloads);
  const both = [...servers].filter((server) => clients.has(server)).length;
  const opened = (clients.size * servers.size - both) * services.length;
  return { unused: opened - tuples(dependencies), opened };
}

function tuples(dependencies: readonly Dependency[]): number {
  return new Set(dependencies.map(({ client, server, service }) => `${client}\t${server}\t${serviceKey(service)}`))
    .size;
}

function evidenceOf(dependencies: readonly Dependency[], { workloads }: Estate): Evidence {
  const sum = (of: (dependency: Dependency) => number) => dependencies.reduce((total, each) => total + of(each), 0);
  return {
    dependencies: tuples(dependencies),
    connections: sum(({ connections }) => connections),
    packets: sum(({ packets }) => packets),
    bytes: sum(({ bytes }) => bytes),
    hours: -least(dependencies, ({ hours }) => -hours),
    firstSeen: least(dependencies, ({ firstSeen }) => firstSeen),
    lastSeen: -least(dependencies, ({ lastSeen }) => -lastSeen),
    direction: least(dependencies, ({ direction }) => direction),
    reporters: [...new Set(dependencies.flatMap(({ reporters }) => reporters))].sort(),
    examples: busiest(dependencies, EXAMPLES).map((dependency) => describeDependency(dependency, workloads)),
  };
}

/** Of any number of dependencies: `Math.min` takes its arguments on the stack. */
function least(dependencies: readonly Dependency[], of: (dependency: Dependency) => number): number {
  return dependencies.reduce((best, each) => Math.min(best, of(each)), Infinity);
}

/** The memberships that the rule rests on: each workload seen, in the groups that rules name for it. */
function membersSeen(dependencies: readonly Dependency[], estate: Estate): Member[] {
  const seen = new Set(dependencies.flatMap(({ client, server }) => [client, server]));
  return [...seen].flatMap((workload) => estate.membershipsOf(workload));
}
