import { sumByPair, type WeightedEdge } from '../graph/communication';
import { groupBy } from '../graph/components';
import { separate } from '../graph/separation';
import type { Evidence, Use } from './evidence';
import { joinLabelled, placeOf, sameEnvironment, splitByLabels, type Place } from './labels';
import { findBorrowed, findLeaves } from './lending';
import { tieRoles } from './role-ties';
import type { Roles } from './roles';
import { adjacency, weighUses } from './weights';

/** Workloads that work together. */
export interface Application extends Place {
  /** Workload number to confidence. */
  readonly owned: ReadonlyMap<number, number>;
  /** Workloads of other applications that serve this one too, with the share of their service that goes here. */
  readonly borrowed: ReadonlyMap<number, number>;
  /** Weight of the traffic among its own workloads, and with those of other applications. */
  readonly inside: number;
  readonly outside: number;
}

export interface ApplicationOptions {
  readonly seed: number;
  readonly runs: number;
  /** An application may have at most this share of its ties' weight with the rest of the estate. */
  readonly mostCut: number;
}

/**
 * Communities of who talks to whom, labels first. Traffic across labelled environments ties nobody.
 *
 * @param members managed workloads that are neither shared services nor scanners
 * @param uses without meshes and scanners
 * @returns in the order of their first workload
 */
export function findApplications(
  evidence: Evidence,
  members: readonly number[],
  uses: readonly Use[],
  roles: Pick<Roles, 'roleOf'>,
  options: ApplicationOptions,
): Application[] {
  const inside = new Set(members);
  const among = uses.filter(
    ({ client, server }) =>
      inside.has(client) && inside.has(server) && sameEnvironment(placeOf(evidence, client), placeOf(evidence, server)),
  );
  const traffic = weighUses(evidence, among);
  const neighbours = adjacency(traffic);
  const leaves = findLeaves(evidence, among);
  const ties = sumByPair([...traffic, ...tieRoles(members, neighbours, leaves, roles)]);

  const unitOf = joinLabelled(evidence, members);
  const unit = (workload: number) => unitOf.get(workload) ?? workload;
  const unitMembers = groupBy(members, unit);
  const between = (edges: readonly WeightedEdge[]) =>
    sumByPair(edges.map(({ a, b, weight }) => ({ a: unit(a), b: unit(b), weight })));
  const observed = new Map(between(traffic).map(({ a, b, weight }) => [a * evidence.workloads.length + b, weight]));
  const edges = between(ties).map((edge) => ({
    ...edge,
    traffic: observed.get(edge.a * evidence.workloads.length + edge.b) ?? 0,
  }));
  const parts = separate([...unitMembers.keys()], edges, { ...options, sharable: leaves });
  const agreement = new Map(
    parts.flatMap((part) =>
      part.members.flatMap((node, at) =>
        (unitMembers.get(node) ?? []).map((workload) => [workload, part.agreement[at] ?? 1] as const),
      ),
    ),
  );
  const tied = adjacency(ties);
  const placed = parts
    .flatMap((part) =>
      splitByLabels(
        evidence,
        part.members.flatMap((node) => unitMembers.get(node) ?? []).sort((a, b) => a - b),
        tied,
      ),
    )
    .sort((a, b) => (a.workloads[0] ?? 0) - (b.workloads[0] ?? 0));

  const applicationOf = new Map(
    placed.flatMap(({ workloads }, at) => workloads.map((workload) => [workload, at] as const)),
  );
  const borrowed = findBorrowed(evidence, among, leaves, applicationOf);
  const weights = trafficByApplication(traffic, applicationOf, placed.length);
  return placed.map(({ environment, application, workloads }, at) => ({
    environment,
    application,
    owned: new Map(
      workloads.map((workload) => {
        const labelled = application !== null && placeOf(evidence, workload).application === application;
        const share = ownShare(tied.get(workload), at, applicationOf);
        return [workload, labelled ? 1 : (agreement.get(workload) ?? 1) * share];
      }),
    ),
    borrowed: borrowed.get(at) ?? new Map<number, number>(),
    inside: weights[at]?.inside ?? 0,
    outside: weights[at]?.outside ?? 0,
  }));
}

/** How far a workload's ties inside outweigh those to the application it is closest to otherwise, 0 to 1. */
function ownShare(
  ties: ReadonlyMap<number, number> | undefined,
  own: number,
  applicationOf: ReadonlyMap<number, number>,
): number {
  const towards = new Map<number, number>();
  for (const [other, weight] of ties ?? []) {
    const application = applicationOf.get(other) ?? -1;
    towards.set(application, (towards.get(application) ?? 0) + weight);
  }
  const inside = towards.get(own) ?? 0;
  towards.delete(own);
  const next = Math.max(0, ...towards.values());
  return inside + next === 0 ? 1 : Math.max(0, inside - next) / Math.max(inside, next);
}

function trafficByApplication(
  traffic: readonly WeightedEdge[],
  applicationOf: ReadonlyMap<number, number>,
  count: number,
): { inside: number; outside: number }[] {
  const sums = Array.from({ length: count }, () => ({ inside: 0, outside: 0 }));
  for (const { a, b, weight } of traffic) {
    const [x, y] = [sums[applicationOf.get(a) ?? -1], sums[applicationOf.get(b) ?? -1]];
    if (x && x === y) x.inside += weight;
    else {
      if (x) x.outside += weight;
      if (y) y.outside += weight;
    }
  }
  return sums;
}
