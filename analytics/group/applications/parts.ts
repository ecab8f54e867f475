import { clusteringBeyondChance } from '../../graph/clustering-beyond-chance';
import { plantedCommunities, type ConsensusOptions, type PlantedCommunities } from '../../graph/communities';
import { sumByPair, type WeightedEdge } from '../../graph/communication';
import type { Community } from '../../graph/consensus';
import { groupBy } from '../../graph/group-by';
import type { Roles } from '../roles/roles';
import type { ApplicationTies } from './application-ties';
import { findScattered } from './scattered';
import { dampen } from './weights';

/** Setting scattered workloads aside shows others more clearly, a few times over. */
const MOST_ROUNDS = 3;
/** With fewer partners than this, and than this share of the members, nobody glues an estate together. */
const BUSY = { partners: 150, share: 0.02 } as const;
/** With fewer ties than this per member, communities may be accidents … */
const SPARSE = 1;
/** … and are, unless ties keep to them this much better than random ones would. */
const LEAST_BEYOND_CHANCE = 1.15;

/** Communities of units, with whatever glues them together set aside, by role. */
export function findParts(
  members: readonly number[],
  { all, neighbours, traffic, hinted }: ApplicationTies,
  unitOf: ReadonlyMap<number, number>,
  roles: Pick<Roles, 'roleOf'>,
  options: ConsensusOptions,
): Community[] {
  const unit = (workload: number) => unitOf.get(workload) ?? workload;
  const unitMembers = groupBy(members, unit);
  const loose = members.filter((workload) => (unitMembers.get(unit(workload))?.length ?? 1) === 1);
  const edges = sumByPair(all.map(({ a, b, weight }): WeightedEdge => ({ a: unit(a), b: unit(b), weight })));
  const aside = new Set<number>();
  const plant = (among: readonly WeightedEdge[] = edges) =>
    plantedCommunities(
      [...unitMembers.keys()].filter((each) => !aside.has(each)),
      among.filter(({ a, b }) => !aside.has(a) && !aside.has(b)),
      options.seed,
    );
  const communityOfEach = (communities: PlantedCommunities) =>
    new Map(
      communities
        .agreedBy(1)
        .flatMap((each, at) =>
          each.members.flatMap((node) => (unitMembers.get(node) ?? []).map((workload) => [workload, at] as const)),
        ),
    );
  // What much of the estate uses glues all into one community, in which nobody is scattered.
  const busy = loose.filter(
    (workload) => (neighbours.get(workload)?.size ?? 0) >= Math.max(BUSY.partners, BUSY.share * members.length),
  );
  if (busy.length > 0) {
    const communityOf = communityOfEach(plant(dampen(edges)));
    for (const workload of findScattered(busy, neighbours, roles, communityOf, new Set(busy))) aside.add(workload);
  }
  let planted = plant();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const scattered = findScattered(loose, neighbours, roles, communityOfEach(planted));
    if (scattered.length === 0) break;
    for (const workload of scattered) aside.add(workload);
    planted = plant();
  }
  const apparent = traffic.filter(({ a, b }) => !aside.has(a) && !aside.has(b));
  const placed = hinted || loose.length < members.length;
  if (!placed && isAccidental(members, apparent, options)) return [{ members, agreement: members.map(() => 1) }];
  const parts = planted.agreedBy(options.runs).map((each): Community => {
    const of = each.members
      .flatMap((node, at) =>
        (unitMembers.get(node) ?? []).map((workload) => [workload, each.agreement[at] ?? 1] as const),
      )
      .sort(([a], [b]) => a - b);
    return { members: of.map(([workload]) => workload), agreement: of.map(([, agreement]) => agreement) };
  });
  const apart = groupBy(
    [...aside].sort((a, b) => a - b),
    (workload) => roles.roleOf.get(workload) ?? -1,
  );
  return [...parts, ...[...apart.values()].map((same) => ({ members: same, agreement: same.map(() => 1) }))];
}

/** Where traffic is sparse and keeps to no communities, roles are all that can be seen. */
function isAccidental(
  members: readonly number[],
  traffic: readonly WeightedEdge[],
  options: ConsensusOptions,
): boolean {
  if (traffic.length === 0 || traffic.length >= SPARSE * members.length) return false;
  return clusteringBeyondChance(members, traffic, options) < LEAST_BEYOND_CHANCE;
}
