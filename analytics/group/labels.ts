import { DisjointSets, groupBy } from '../graph/components';
import { compareText, type Evidence } from './evidence';

/** Where the inventory puts a workload; null where it does not say. */
export interface Place {
  readonly environment: string | null;
  readonly application: string | null;
}

export interface PlacedWorkloads extends Place {
  readonly workloads: readonly number[];
}

export function placeOf({ workloads }: Evidence, workload: number): Place {
  const { env, app } = workloads[workload]?.labels ?? {};
  return { environment: env || null, application: app || null };
}

/** Whether the labels allow two workloads, or a workload and a place, in one environment. */
export function sameEnvironment(a: Place, b: Place): boolean {
  return a.environment === null || b.environment === null || a.environment === b.environment;
}

/** Maps each workload to the first of those that the inventory puts in the same application and environment. */
export function joinLabelled(evidence: Evidence, members: readonly number[]): Map<number, number> {
  const sets = new DisjointSets(evidence.workloads.length);
  const labelled = members.filter((workload) => placeOf(evidence, workload).application !== null);
  for (const [first, ...rest] of groupBy(labelled, (workload) => keyOf(placeOf(evidence, workload))).values()) {
    for (const other of rest) sets.union(first ?? other, other);
  }
  return new Map(members.map((workload) => [workload, sets.find(workload)]));
}

/**
 * Different labels never merge: workloads that mix environments or labelled applications come apart along them, and who
 * has no label goes where most of its ties are, step by step outwards from those that have.
 */
export function splitByLabels(
  evidence: Evidence,
  workloads: readonly number[],
  neighbours: ReadonlyMap<number, ReadonlyMap<number, number>>,
): PlacedWorkloads[] {
  const places = new Map(workloads.map((workload) => [workload, placeOf(evidence, workload)]));
  const known = [...groupBy(places.values(), keyOf).values()].flatMap(([place]) => (place ? [place] : []));
  // A place that says less than another it agrees with is not one of its own.
  const targets = known.filter((place) => !known.some((other) => refines(other, place)));
  if (targets.length <= 1) {
    const [place = { environment: null, application: null }] = targets;
    return [{ ...place, workloads }];
  }
  const settled = new Map<number, Place>();
  for (const [workload, place] of places) {
    const target = targets.find((each) => keyOf(each) === keyOf(place));
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
  const groups = groupBy(workloads, (workload) => keyOf(settled.get(workload) ?? fallback(workload)));
  return [...groups.values()].map((part) => ({ ...(settled.get(part[0] ?? -1) ?? fallback(-1)), workloads: part }));

  function strongest(workload: number): Place | undefined {
    const own = places.get(workload);
    const votes = new Map<Place, number>();
    for (const [other, weight] of neighbours.get(workload) ?? []) {
      const place = settled.get(other);
      if (place && own && allows(own, place)) votes.set(place, (votes.get(place) ?? 0) + weight);
    }
    return [...votes].sort(([a, x], [b, y]) => y - x || compareText(keyOf(a), keyOf(b)))[0]?.[0];
  }

  function fallback(workload: number): Place {
    const own = places.get(workload) ?? { environment: null, application: null };
    const sizes = groupBy(settled.values(), (place) => place);
    const allowed = targets.filter((place) => allows(own, place));
    const bySize = (a: Place, b: Place) => (sizes.get(b)?.length ?? 0) - (sizes.get(a)?.length ?? 0);
    return allowed.sort((a, b) => bySize(a, b) || compareText(keyOf(a), keyOf(b)))[0] ?? own;
  }
}

function refines(other: Place, place: Place): boolean {
  const says = ({ environment, application }: Place) => Number(environment !== null) + Number(application !== null);
  return says(other) > says(place) && allows(place, other);
}

function allows(own: Place, place: Place): boolean {
  return sameEnvironment(own, place) && (own.application === null || own.application === place.application);
}

function keyOf({ environment, application }: Place): string {
  return JSON.stringify([environment, application]);
}
