import type { Directory } from '../inventory';
import type { EstateNetworks } from '../noise/estate';
import type { Topology } from '../model/topology';
import type { Workload } from '../model/workload';
import { dutiesOfGroup, dutiesOfWorkload, type Duty } from './duties';
import type { Involved } from './finding';

/** Where a workload stands among the others: its tier, its shared service, or none. */
export interface Place {
  /** Group id. */
  readonly id: string;
  readonly name: string;
  /** Group id of the application, if any. */
  readonly application: string | null;
}

/** Somebody behind an address at a time. */
export interface Actor {
  readonly workload: string;
  readonly name: string;
  readonly kind: Workload['kind'];
  readonly address: string;
  readonly place: Place | null;
  readonly duties: ReadonlySet<Duty>;
}

/** Who is who: the inventory as of the time, and what the last analysis made of it. */
export interface Cast {
  /** Whose an address was; undefined where it is no host's. @param at epoch seconds */
  who(scope: string, address: string, at: number): Actor | undefined;
  /** Every address that workloads had since there are conversations, by workload. */
  addressesOf(workload: string): readonly string[];
  /** Of places: the addresses of their members. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  readonly managed: number;
}

export interface CastOptions {
  readonly topology: Topology | undefined;
  readonly estate: Pick<EstateNetworks, 'inside'>;
  /** Duties by address that follow from what it was seen serving. */
  readonly serving: ReadonlyMap<string, Duty>;
}

/** @param directory of all the time there are conversations of */
export function castOf(directory: Directory, { topology, estate, serving }: CastOptions): Cast {
  const inventoried = directory.workloads();
  const workloads = new Map([...(topology?.workloads ?? []), ...inventoried].map((each) => [each.id, each]));
  // As the directory has it, which would list all of them to tell one.
  const kindOf = (id: string, address: string): Workload['kind'] => {
    const known = workloads.get(id);
    if (known) return known.kind;
    if (!estate.inside(address) || id !== address) return 'external';
    return inventoried.length > 0 ? 'unknown' : 'managed';
  };
  const placed = placesOf(topology);
  const duties = dutiesIn(topology);
  const known = new Map<string, Actor>();
  const describe = (id: string, address: string): Actor => {
    const workload = workloads.get(id);
    const own = workload ? dutiesOfWorkload(workload) : [];
    const served = serving.get(address);
    return {
      workload: id,
      name: workload?.name ?? id,
      kind: kindOf(id, address),
      address,
      place: placed.get(id) ?? null,
      duties: new Set([...own, ...(duties.get(id) ?? []), ...(served === undefined ? [] : [served])]),
    };
  };
  const places = new Map<string, string[]>();
  for (const [id, { id: place }] of placed) {
    const addresses = workloads.get(id)?.addresses ?? [];
    places.set(place, [...(places.get(place) ?? []), ...addresses]);
  }
  return {
    who(scope, address, at) {
      const id = directory.resolve(address, { scope, at });
      if (id === undefined) return undefined;
      const key = `${id} ${address}`;
      const actor = known.get(key) ?? describe(id, address);
      known.set(key, actor);
      return actor;
    },
    addressesOf: (workload) => workloads.get(workload)?.addresses ?? [workload],
    places,
    managed: [...workloads.values()].filter(({ kind }) => kind === 'managed').length,
  };
}

export function involved({ workload, name, kind, address }: Actor, part: Involved['part']): Involved {
  return { workload, name, part, managed: kind === 'managed', addresses: [address] };
}

/** "db1 (postgres of shop)". */
export function actorWords({ name, place, kind }: Actor): string {
  if (place && place.name !== name) return `${name} (${place.name})`;
  return kind === 'managed' ? name : `${name} (${kind})`;
}

/** The tier it is at home in, before a shared service, before nothing. */
function placesOf(topology: Topology | undefined): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const kind of ['shared-service', 'tier'] as const) {
    for (const { id, name, application, members, kind: of } of topology?.groups ?? []) {
      if (of !== kind) continue;
      for (const { workload, lent } of members) if (!lent) places.set(workload, { id, name, application });
    }
  }
  return places;
}

function dutiesIn(topology: Topology | undefined): Map<string, Duty[]> {
  const duties = new Map<string, Duty[]>();
  for (const group of topology?.groups ?? []) {
    const own = dutiesOfGroup(group);
    if (own.length === 0) continue;
    for (const { workload } of group.members) duties.set(workload, [...(duties.get(workload) ?? []), ...own]);
  }
  return duties;
}
