import { sumByPair, type WeightedEdge } from '../../graph/communication';
import type { ConsensusOptions } from '../../graph/communities';
import { groupBy } from '../../graph/group-by';
import { tieHomes, tieMembers } from './application-ties';
import { belongingOf, type Belonging } from './belonging';
import { UNCONSTRAINED, type Constraints } from '../constraints';
import { joinDependants } from './dependants';
import { environmentsOf } from './environments';
import type { Evidence, Use } from '../evidence';
import { digest } from '../history/identity';
import { joinLabelled, placesOf, splitByPlaces, type Place, type PlacedWorkloads } from './labels';
import { joinNamesakes } from './namesakes';
import { findBorrowed } from './lending';
import { findParts } from './parts';
import type { Roles } from '../roles/roles';
import { adjacency } from './weights';

/** Workloads that work together. */
export interface Application extends Place {
  /** Workload number to confidence. */
  readonly owned: ReadonlyMap<number, number>;
  /** Workloads of other applications that serve this one too, with the share of their service that goes here. */
  readonly borrowed: ReadonlyMap<number, number>;
  /** Of owned workloads that have ties elsewhere: where they would be otherwise, and how well they would fit, 0 to 1. */
  readonly next: Belonging['next'];
  /** Weight of the traffic among its own workloads, and with those of other applications. */
  readonly inside: number;
  readonly outside: number;
  /** The other applications that most of `outside` is with, and their shares of all its traffic; at most three. */
  readonly towards: readonly { readonly at: number; readonly share: number }[];
  /** 0 to 1: how far partitions from different seeds agree that its workloads belong together. */
  readonly agreement: number;
}

export interface ApplicationOptions extends ConsensusOptions {
  /** How much the inventory's labels count: 0 not at all, 1 whatever the traffic. */
  readonly labelWeight: number;
}

interface FoundApplications {
  /** In the order of their first workload. */
  readonly applications: readonly Application[];
  /** Digest of what would have been found without the run before. */
  readonly afresh: string;
}

const MOST_TOWARDS = 3;

/**
 * Communities of who talks to whom. What people decided holds, then what labels say; traffic across environments ties
 * nobody.
 *
 * @param members managed workloads that are neither shared services nor scanners
 * @param uses without meshes and scanners
 * @param homes by workload, its application in the run before: weak evidence, so that days agree
 * @param digestBefore `afresh` of that run: what would be found alone being the same, everybody stays
 */
export function findApplications(
  evidence: Evidence,
  members: readonly number[],
  uses: readonly Use[],
  roles: Pick<Roles, 'roleOf'>,
  { labelWeight, ...options }: ApplicationOptions,
  constraints: Constraints = UNCONSTRAINED,
  homes: ReadonlyMap<number, string> = new Map(),
  digestBefore?: string,
): FoundApplications {
  const environments = environmentsOf(evidence.workloads, labelWeight);
  const places = placesOf(evidence, environments, labelWeight, constraints);
  const ties = tieMembers(evidence, members, uses, roles, places, labelWeight);
  const tied = adjacency(ties.all);
  const free = members.filter((workload) => !constraints.applicationOf.has(workload));
  const unitOf = joinLabelled(places, free);
  const settle = (edges: readonly WeightedEdge[], hinted: boolean) => {
    const communities = findParts(members, { ...ties, all: edges, hinted }, unitOf, roles, options);
    const partOf = new Map(
      communities.flatMap((each) => each.members.map((workload) => [workload, each.members[0] ?? -1] as const)),
    );
    return { communities, placed: placeParts(joinDependants(evidence, uses, partOf, ties.leaves)) };
  };
  const placeParts = (partOf: ReadonlyMap<number, number>) =>
    joinNamesakes(place(members, partOf, places, tied, constraints), evidence).toSorted(
      (a, b) => (a.workloads[0] ?? 0) - (b.workloads[0] ?? 0),
    );
  const alone = settle(ties.all, ties.hinted);
  const managed = new Set(members);
  const own = new Map([...homes].filter(([workload]) => managed.has(workload)).sort(([a], [b]) => a - b));
  const afresh = digest(alone.placed.map(({ workloads }) => workloads.map((each) => evidence.workloads[each]?.id)));
  const settled = continues(alone.placed, own)
    ? alone
    : settle(sumByPair([...ties.all, ...tieHomes(ties.neighbours, own)]), true);
  const { communities } = settled;
  const placed =
    settled !== alone && afresh === digestBefore ? placeParts(partsAtHome(alone.placed, own)) : settled.placed;
  const agreement = new Map(
    communities.flatMap((each) => each.members.map((workload, at) => [workload, each.agreement[at] ?? 1] as const)),
  );
  const applicationOf = new Map(
    placed.flatMap(({ workloads }, at) => workloads.map((workload) => [workload, at] as const)),
  );
  const borrowed = findBorrowed(evidence, ties.among, ties.leaves, applicationOf);
  const traffic = trafficByApplication(ties.traffic, applicationOf, placed.length);
  const applications = placed.map(({ environment, application, decided, workloads }, at): Application => {
    const { shares, next } = belongingOf(workloads, tied, at, applicationOf);
    const certain = (workload: number) =>
      (application !== null && evidence.workloads[workload]?.labels.app === application) ||
      (decided !== null && constraints.applicationOf.get(workload) === decided);
    const agreed = workloads.map((workload) => agreement.get(workload) ?? 1);
    const { inside = 0, outside = 0, towards = [] } = traffic[at] ?? {};
    return {
      environment,
      application: application ?? commonLabel(evidence, workloads),
      decided,
      owned: new Map(
        workloads.map((workload, n) => [
          workload,
          certain(workload) ? 1 : (agreed[n] ?? 1) * (shares.get(workload) ?? 1),
        ]),
      ),
      borrowed: borrowed.get(at) ?? new Map<number, number>(),
      next,
      inside,
      outside,
      towards,
      agreement: agreed.reduce((sum, each) => sum + each, 0) / Math.max(1, agreed.length),
    };

    function commonLabel({ workloads: all }: Evidence, own: readonly number[]): string | null {
      if (labelWeight <= 0) return null;
      const labels = groupBy(own, (workload) => all[workload]?.labels.app || null);
      const [label, same] = [...labels].reduce((a, b) => (b[1].length > a[1].length ? b : a), [null, []] as [
        string | null,
        number[],
      ]);
      return 2 * same.length > own.length ? label : null;
    }
  });
  return { applications, afresh };
}

/** Whether what was one application still is one, and what was not is not. */
function continues(placed: readonly PlacedWorkloads[], homes: ReadonlyMap<number, string>): boolean {
  const known = placed.map(({ workloads }) => new Set(workloads.flatMap((workload) => homes.get(workload) ?? [])));
  const met = known.flatMap((ids) => [...ids]);
  return known.every(({ size }) => size <= 1) && new Set(met).size === met.length;
}

/** Newcomers stay with whom they are found. */
function partsAtHome(placed: readonly PlacedWorkloads[], homes: ReadonlyMap<number, string>): Map<number, number> {
  const firstAt = new Map<string, number>();
  for (const [workload, home] of homes) if (!firstAt.has(home)) firstAt.set(home, workload);
  return new Map(
    placed.flatMap(({ workloads }) =>
      workloads.map((each) => [each, firstAt.get(homes.get(each) ?? '') ?? workloads[0] ?? each] as const),
    ),
  );
}

/**
 * What people put together is where most of it is by its traffic; then parts come apart where people and labels say so.
 *
 * @param partOf by workload
 */
function place(
  members: readonly number[],
  partOf: ReadonlyMap<number, number>,
  places: readonly Place[],
  tied: ReadonlyMap<number, ReadonlyMap<number, number>>,
  { applicationOf, uprooted, stranded, anchors }: Constraints,
): PlacedWorkloads[] {
  const partOfEach = (workload: number) => partOf.get(workload) ?? workload;
  const decided = members.filter((workload) => applicationOf.has(workload));
  const anchored = groupBy(
    members.filter((workload) => anchors.application.has(workload)),
    (workload) => anchors.application.get(workload),
  );
  const homeOf = new Map(
    [...groupBy(decided, (workload) => applicationOf.get(workload))].map(([id, workloads]) => {
      const [first = -1] = workloads;
      if (stranded.has(first)) return [id, -1 - first] as const;
      const standing = [...workloads.filter((workload) => !uprooted.has(workload)), ...(anchored.get(id) ?? [])];
      const parts = [...groupBy(standing.length > 0 ? standing : workloads, partOfEach)].sort(
        ([a, x], [b, y]) => y.length - x.length || a - b,
      );
      return [id, parts[0]?.[0]] as const;
    }),
  );
  const home = (workload: number) => {
    const id = applicationOf.get(workload) ?? places[workload]?.decided;
    return id === null || id === undefined ? undefined : homeOf.get(id);
  };
  const parts = groupBy(members, (workload) => home(workload) ?? partOfEach(workload));
  return [...parts.values()].flatMap((part) => splitByPlaces(places, part, tied));
}

function trafficByApplication(
  traffic: readonly WeightedEdge[],
  applicationOf: ReadonlyMap<number, number>,
  count: number,
): Pick<Application, 'inside' | 'outside' | 'towards'>[] {
  const sums = Array.from({ length: count }, () => ({ inside: 0, outside: 0, to: new Map<number, number>() }));
  for (const { a, b, weight } of traffic) {
    const [x, y] = [applicationOf.get(a) ?? -1, applicationOf.get(b) ?? -1];
    for (const [own, other] of x === y ? [[x, x] as const] : [[x, y] as const, [y, x] as const]) {
      const sum = sums[own];
      if (!sum) continue;
      if (own === other) sum.inside += weight;
      else {
        sum.outside += weight;
        sum.to.set(other, (sum.to.get(other) ?? 0) + weight);
      }
    }
  }
  return sums.map(({ inside, outside, to }) => ({
    inside,
    outside,
    towards: [...to]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, MOST_TOWARDS)
      .map(([at, weight]) => ({ at, share: weight / (inside + outside) })),
  }));
}
