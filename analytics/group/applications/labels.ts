import { DisjointSets } from '../../graph/disjoint-sets';
import { groupBy } from '../../graph/group-by';
import type { Constraints } from '../constraints';
import { agree, canonicalEnvironment, commonEnvironment } from './environments';
import type { Evidence } from '../evidence';
import { compareText } from '../../../ingest/kernel/text';

/** Where inventory and people put a workload; null where nobody says. */
export interface Place {
  readonly environment: string | null;
  readonly application: string | null;
  /** The group that people put it in. */
  readonly decided: string | null;
}

export interface PlacedWorkloads extends Place {
  readonly workloads: readonly number[];
}

export const NOWHERE: Place = { environment: null, application: null, decided: null };

/** From this weight on, labels hold, whatever the traffic. */
const HOLDS = 1;

/**
 * @param environments by workload number
 * @param labelWeight up to 1, from which labels hold
 */
export function placesOf(
  { workloads }: Evidence,
  environments: readonly (string | null)[],
  labelWeight: number,
  constraints: Pick<Constraints, 'applicationOf' | 'environmentOf' | 'uprooted' | 'anchors'>,
): Place[] {
  const { applicationOf, environmentOf } = constraints;
  const labelled = workloads.map(({ labels }, workload): Place => ({
    environment: environments[workload] ?? null,
    application: (labelWeight >= HOLDS && labels.app) || null,
    decided: null,
  }));
  const groups = representatives(constraints).map(([id, of]): Place => {
    const own = of.map((workload) => labelled[workload] ?? NOWHERE);
    const environment =
      environmentOf.get(id) ?? commonEnvironment(of.map((workload) => environments[workload] ?? null));
    return { environment, application: commonLabel(own), decided: id };
  });
  const byId = new Map(groups.map((place) => [place.decided, place]));
  // Who is labelled like a group that people decided on is in it, if it is the only one; so is who is labelled like most
  // of what was put into it, as by a merger.
  const alike = groupBy(groups, (place) => keyOf({ ...place, decided: null }));
  const bearers = groupBy(labelled.keys(), (workload) => keyOf(labelled[workload] ?? NOWHERE));
  const adopted = new Map(
    [...bearers].flatMap(([key, own]) => {
      const held = own.flatMap((workload) => applicationOf.get(workload) ?? []);
      const [only, ...others] = new Set(held);
      const place = byId.get(only ?? null);
      const first = labelled[own[0] ?? -1] ?? NOWHERE;
      const isTheirs = place && others.length === 0 && 2 * held.length > own.length && mayJoin(first, place);
      return isTheirs ? [[key, place] as const] : [];
    }),
  );
  return labelled.map((place, workload) => {
    const decided = byId.get(applicationOf.get(workload) ?? null);
    if (decided || place.application === null) return decided ?? place;
    const [only, ...others] = alike.get(keyOf(place)) ?? [];
    if (!only) return adopted.get(keyOf(place)) ?? place;
    return others.length === 0 ? only : place;
  });
}

/** By group that people decided on, whose labels are its own: not those of who was moved there, where others stand for it. */
function representatives({
  applicationOf,
  uprooted,
  anchors,
}: Pick<Constraints, 'applicationOf' | 'uprooted' | 'anchors'>): (readonly [string, readonly number[]])[] {
  const anchored = groupBy(anchors.application.keys(), (workload) => anchors.application.get(workload));
  return [...groupBy(applicationOf, ([, id]) => id)].map(([id, of]) => {
    const held = of.map(([workload]) => workload);
    const standing = [...held.filter((workload) => !uprooted.has(workload)), ...(anchored.get(id) ?? [])];
    return [id, standing.length > 0 ? standing : held];
  });
}

function commonLabel(places: readonly Place[]): string | null {
  const said = [
    ...groupBy(
      places.flatMap(({ application }) => application ?? []),
      (label) => label,
    ),
  ];
  said.sort(([a, x], [b, y]) => y.length - x.length || compareText(a, b));
  return said[0]?.[0] ?? null;
}

/** Whether two workloads may be in one environment. */
export function sameEnvironment(a: Place, b: Place): boolean {
  return agree(a.environment, b.environment);
}

/** Maps each workload to the first of those that the inventory puts in the same application and environment. */
export function joinLabelled(places: readonly Place[], members: readonly number[]): Map<number, number> {
  const sets = new DisjointSets(places.length);
  const labelled = members.filter((workload) => (places[workload] ?? NOWHERE).application !== null);
  for (const [first, ...rest] of groupBy(labelled, (workload) => keyOf(places[workload] ?? NOWHERE)).values()) {
    for (const other of rest) sets.union(first ?? other, other);
  }
  return new Map(members.map((workload) => [workload, sets.find(workload)]));
}

/**
 * What people and labels put in different places never merges: workloads that mix environments, labelled applications or
 * decisions come apart along them, and whoever is in no place goes where most of its ties are, step by step outwards
 * from those that are.
 */
export function splitByPlaces(
  places: readonly Place[],
  workloads: readonly number[],
  neighbours: ReadonlyMap<number, ReadonlyMap<number, number>>,
): PlacedWorkloads[] {
  const placeOf = (workload: number) => places[workload] ?? NOWHERE;
  const known = [...groupBy(workloads.map(placeOf), keyOf).values()].flatMap(([place]) => (place ? [place] : []));
  // A place that says less than another it agrees with is not one of its own.
  const targets = known.filter((place) => !known.some((other) => refines(other, place)));
  if (targets.length <= 1) return [{ ...(targets[0] ?? NOWHERE), workloads }];
  const byKey = new Map(targets.map((place) => [keyOf(place), place]));
  const settled = new Map<number, Place>();
  for (const workload of workloads) {
    const target = byKey.get(keyOf(placeOf(workload)));
    if (target) settled.set(workload, target);
  }
  let open = workloads.filter((workload) => !settled.has(workload));
  while (open.length > 0) {
    const decided = open.flatMap((workload) => {
      const place = strongest(workload);
      return place ? [[workload, place] as const] : [];
    });
    // No tie leads anywhere: the most populous place its own labels allow.
    for (const [workload, place] of decided.length > 0
      ? decided
      : open.map((each) => [each, fallback(each)] as const)) {
      settled.set(workload, place);
    }
    open = open.filter((workload) => !settled.has(workload));
  }
  const groups = groupBy(workloads, (workload) => keyOf(settled.get(workload) ?? NOWHERE));
  return [...groups.values()].map((part) => ({ ...(settled.get(part[0] ?? -1) ?? NOWHERE), workloads: part }));

  function strongest(workload: number): Place | undefined {
    const votes = new Map<Place, number>();
    for (const [other, weight] of neighbours.get(workload) ?? []) {
      const place = settled.get(other);
      if (place && allows(placeOf(workload), place)) votes.set(place, (votes.get(place) ?? 0) + weight);
    }
    return [...votes].sort(([a, x], [b, y]) => y - x || compareText(keyOf(a), keyOf(b)))[0]?.[0];
  }

  function fallback(workload: number): Place {
    const own = placeOf(workload);
    const sizes = groupBy(settled.values(), (place) => place);
    const allowed = targets.filter((place) => allows(own, place));
    const bySize = (a: Place, b: Place) => (sizes.get(b)?.length ?? 0) - (sizes.get(a)?.length ?? 0);
    return allowed.sort((a, b) => bySize(a, b) || compareText(keyOf(a), keyOf(b)))[0] ?? own;
  }
}

function refines(other: Place, place: Place): boolean {
  const says = (each: Place) =>
    [each.environment, each.application, each.decided].filter((said) => said !== null).length;
  return says(other) > says(place) && allows(place, other);
}

function allows(own: Place, place: Place): boolean {
  return (
    mayJoin(own, place) &&
    (own.application === null || own.application === place.application) &&
    (own.decided === null || own.decided === place.decided)
  );
}

/**
 * Whether who is in an environment, or in none, may go to a place. One that names none would take in all of them together,
 * whatever else is said of it.
 */
function mayJoin(own: Place, place: Place): boolean {
  return own.environment === null || (place.environment !== null && sameEnvironment(own, place));
}

function keyOf({ environment, application, decided }: Place): string {
  return JSON.stringify([environment === null ? null : canonicalEnvironment(environment), application, decided]);
}
