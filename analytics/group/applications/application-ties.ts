import { sumByPair, type WeightedEdge } from '../../graph/communication';
import { groupBy } from '../../graph/group-by';
import type { Evidence, Use } from '../evidence';
import { NOWHERE, sameEnvironment, type Place } from './labels';
import { findLeaves } from './lending';
import { tieInCircle, tieRoles } from './role-ties';
import type { Roles } from '../roles/roles';
import { tieNetworks } from './vicinity';
import { adjacency, weighUses } from './weights';

type Neighbours = ReadonlyMap<number, ReadonlyMap<number, number>>;

export interface ApplicationTies {
  /** Uses among members in one environment. */
  readonly among: readonly Use[];
  /** Their weight, one edge per pair. */
  readonly traffic: readonly WeightedEdge[];
  readonly neighbours: Neighbours;
  /** What several applications may share. */
  readonly leaves: ReadonlySet<number>;
  /** Traffic, role mates, networks and labels together, one edge per pair. */
  readonly all: readonly WeightedEdge[];
  /** Whether networks or labels tie anybody, who then need not be told apart by traffic. */
  readonly hinted: boolean;
}

/** A label counts as much as a workload's traffic at weight one half, and at most as so many times that. */
const MOST_LABEL_TIES = 9;

/**
 * Having been in one application counts three quarters of a workload's traffic: where traffic can be read in two ways, one
 * day's chance does not decide again, and what changed wins.
 */
const HOME_TIES = 0.75;
/**
 * … and at least this: a call astray weighs a tenth, and takes nobody away who is otherwise quiet. What two workloads do
 * for each other weighs more in a day.
 */
const LEAST_HOME = 2;

/** What applications may share ties them less: a database keeps to its own by these ties alone. */
const LEAF_SHARE = 0.75;

/**
 * What ties members together: traffic, being of one role, for the quiet their network, and, as far as `labelWeight` says,
 * labels. Traffic across environments ties nobody.
 *
 * @param labelWeight below 1, the share of the evidence that labels are where there are any
 */
export function tieMembers(
  evidence: Evidence,
  members: readonly number[],
  uses: readonly Use[],
  roles: Pick<Roles, 'roleOf'>,
  places: readonly Place[],
  labelWeight: number,
): ApplicationTies {
  const inside = new Set(members);
  const among = uses.filter(
    ({ client, server }) =>
      inside.has(client) && inside.has(server) && sameEnvironment(places[client] ?? NOWHERE, places[server] ?? NOWHERE),
  );
  const traffic = weighUses(evidence, among);
  const neighbours = adjacency(traffic);
  const leaves = findLeaves(evidence, among);
  const lighter = traffic.map((tie) =>
    leaves.has(tie.a) === leaves.has(tie.b) ? tie : { ...tie, weight: LEAF_SHARE * tie.weight },
  );
  const near = tieNetworks(evidence.workloads, members, traffic);
  const labelOf = (workload: number) => evidence.workloads[workload]?.labels.app || null;
  const weighed = labelWeight > 0 && labelWeight < 1;
  const labelled = weighed ? members.filter((workload) => labelOf(workload) !== null) : [];
  const said = tieMates(
    neighbours,
    Math.min(MOST_LABEL_TIES, labelWeight / (1 - labelWeight)),
    groupBy(labelled, (workload) => `${places[workload]?.environment ?? ''} ${labelOf(workload) ?? ''}`).values(),
  );
  const all = sumByPair([
    ...lighter,
    ...tieRoles(members, neighbours, leaves, roles, near === undefined),
    ...(near ?? []),
    ...said,
  ]);
  return { among, traffic, neighbours, leaves, all, hinted: near !== undefined || said.length > 0 };
}

/** @param homes by workload, its application in the run before */
export function tieHomes(neighbours: Neighbours, homes: ReadonlyMap<number, string>): WeightedEdge[] {
  const groups = groupBy(homes.keys(), (workload) => homes.get(workload)).values();
  return tieMates(neighbours, HOME_TIES, groups, LEAST_HOME);
}

/** @param least what a workload's traffic counts as at least; one without any counts as one anyway */
function tieMates(
  neighbours: Neighbours,
  strength: number,
  groups: Iterable<readonly number[]>,
  least = 0,
): WeightedEdge[] {
  const strengthOf = (workload: number) => {
    const traffic = [...(neighbours.get(workload)?.values() ?? [])].reduce((sum, weight) => sum + weight, 0);
    return Math.max(least, traffic || 1);
  };
  return [...groups].flatMap((mates) =>
    tieInCircle(mates.map((mate) => ({ mate, weight: strength * strengthOf(mate) }))),
  );
}
