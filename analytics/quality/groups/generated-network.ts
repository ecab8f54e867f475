import { generateEstate, startOfDay, type Estate } from '../../../fixtures/generate';
import { estateOf } from '../../../fixtures/generate/estate';
import { linkEdges } from '../../../fixtures/generate/link-edges';
import { g22Like } from '../../../fixtures/generate/profile/g22-like';
import { parametric } from '../../../fixtures/generate/profile/parametric';
import type { Dependency } from '../../model/dependency';
import type { Window } from '../../model/topology';
import type { Workload } from '../../model/workload';
import { besideLinks } from './beside-links';
import { Cast } from './cast';
import { COVERAGES, type Level } from './coverage';
import { EstateObserver } from './estate-observer';
import { SeenDependencies } from './seen-dependencies';
import { strayContacts } from './stray-contacts';
import type { Truth } from './truth';

export interface LabelledNetwork {
  readonly workloads: readonly Workload[];
  readonly dependencies: readonly Dependency[];
  readonly truth: Truth;
  readonly window: Window;
}

export interface Observation {
  readonly seed: number;
  readonly level: Level;
  /** Whether the inventory has labels and telling names; it has neither unless told otherwise. */
  readonly labelled?: boolean;
  /** First day that is observed, from 1, and how many; one day, the second, unless told otherwise. */
  readonly day?: number;
  readonly days?: number;
}

export type Kind = 'small' | 'medium' | 'g21-like' | 'g22-like';

export type NetworkOptions = Observation & {
  /** A profile of the generator; `parametric` of so many hosts unless told otherwise. */
  readonly profile?: Kind;
  readonly hosts?: number;
};

const DEFAULT_HOSTS = { 'g22-like': 4_000, parametric: 300 } as const;
const DAYS = 7;
/** Users and strangers beyond these tell no more about the servers they use. */
const STRANGERS = 500;

/** A generated estate as a grouping gets it, with what it should find. The same options give the same network. */
export function generatedNetwork(options: NetworkOptions): LabelledNetwork {
  return observeEstate(estateFor(options), options);
}

export function estateFor({ profile, hosts, seed }: Pick<NetworkOptions, 'profile' | 'hosts' | 'seed'>): Estate {
  if (profile === 'g22-like') return estateOf(g22Like({ hosts: hosts ?? DEFAULT_HOSTS[profile] }), seed);
  if (profile) return generateEstate({ seed, profile });
  const size = hosts ?? DEFAULT_HOSTS.parametric;
  return estateOf(parametric({ name: `${size} hosts`, hosts: size, days: DAYS, seed }), seed);
}

/** What is seen of an estate on some days. */
export function observeEstate(
  estate: Estate,
  { seed, level, labelled = false, day = 2, days = 1 }: Observation,
): LabelledNetwork {
  const coverage = COVERAGES[level];
  const cast = new Cast(estate, { seed, labelled, inventory: coverage.inventory });
  const seen = new SeenDependencies();
  const observer = new EstateObserver(estate, cast, coverage, seed, seen);
  for (let at = day; at < day + days; at++) {
    for (const edge of linkEdges(estate, { seed, day: at, strangers: STRANGERS })) observer.edge(edge);
    const { background, strays } = coverage;
    for (const connection of besideLinks(estate, { seed, day: at, background })) observer.connection(connection);
    for (const sighting of strayContacts(estate, cast, { seed, day: at, strays })) observer.stray(sighting);
  }
  const idOf = (number: number) => cast.workloads[number]?.id ?? '';
  const dependencies = seen.dependencies(idOf, (client, server) => observer.reportersOf(client, server));
  const present = new Set(dependencies.flatMap(({ client, server }) => [client, server]));
  return {
    workloads: cast.workloads.filter(({ id }) => present.has(id)),
    dependencies,
    truth: new Map(
      [...cast.truth]
        .filter(([id]) => present.has(id))
        .map(([id, host]) => [id, { ...host, placeable: observer.placeable.has(id) }]),
    ),
    window: { from: startOfDay(estate, day) / 1000, to: startOfDay(estate, day + days) / 1000 },
  };
}
