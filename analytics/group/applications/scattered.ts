import { DisjointSets } from '../../graph/disjoint-sets';
import { groupBy } from '../../graph/group-by';
import type { Roles } from '../roles/roles';

type Neighbours = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Fewer partners than this are together or apart by chance; those of a role are counted together. */
const LEAST_PARTNERS = 4;
const LEAST_MATES = 3;
const LEAST_POOLED_PAIRS = 12;
/** How much likelier than of any two workloads it may be that two partners share an application … */
const MOST_LIFT = 3;
/** … and, in a small estate or a large one, within which bounds that is. */
const COINCIDENCE = { least: 0.2, most: 0.3 } as const;
/** A mate of such workloads may be somewhat more at home. */
const MOST_OF_MATE = 0.5;
/** Share of pairs of partners that may be linked by somebody else. */
const MOST_COHERENT = 0.5;
/** Weaker ties than this link nobody, and a tie counts as much as one partner at most. */
const LEAST_WEIGHT = 0.5;
const MOST_WEIGHT = 1;
/** Partners looked at, strongest first, which keeps hubs linear. */
const MOST_PARTNERS = 24;

/**
 * Workloads whose partners have nothing to do with each other: appliances that anyone may use, hosts from which people
 * go anywhere. They would glue together whatever they touch, and belong to none of it. Both is required, that their
 * partners are in different communities and that nobody but them links these.
 *
 * @param neighbours by traffic
 * @param communityOf of all but those found before
 * @param suspected whose links between others do not count
 */
export function findScattered(
  members: readonly number[],
  neighbours: Neighbours,
  { roleOf }: Pick<Roles, 'roleOf'>,
  communityOf: ReadonlyMap<number, number>,
  suspected: ReadonlySet<number> = new Set(),
): number[] {
  const limit = coincidenceLimit(communityOf);
  const byRole = groupBy(
    members.filter((workload) => communityOf.has(workload)),
    (workload) => roleOf.get(workload) ?? -1,
  );
  return [...byRole.values()].flatMap((mates) => {
    const measured = mates.map((workload) => ({ workload, ...measure(neighbours.get(workload), communityOf) }));
    const pairs = measured.reduce((sum, each) => sum + each.pairs, 0);
    const same = measured.reduce((sum, each) => sum + each.same, 0);
    const pooled = mates.length >= LEAST_MATES && pairs >= LEAST_POOLED_PAIRS && same < limit * pairs;
    return measured.flatMap((each) => {
      const share = each.pairs > 0 ? each.same / each.pairs : 1;
      const alone = each.partners >= LEAST_PARTNERS && share < limit;
      if (!alone && !(pooled && share < MOST_OF_MATE)) return [];
      return coherence(each.workload, neighbours, roleOf, suspected) < MOST_COHERENT ? [each.workload] : [];
    });
  });
}

/** Against how often two workloads drawn at random share a community. */
function coincidenceLimit(communityOf: ReadonlyMap<number, number>): number {
  const sizes = groupBy(communityOf.values(), (community) => community);
  const expected = [...sizes.values()].reduce((sum, { length }) => sum + (length / communityOf.size) ** 2, 0);
  return Math.min(COINCIDENCE.most, Math.max(COINCIDENCE.least, MOST_LIFT * expected));
}

/** Weight of the partners, of their pairs, and of the pairs within one community. */
function measure(ties: ReadonlyMap<number, number> | undefined, communityOf: ReadonlyMap<number, number>) {
  const byCommunity = new Map<number, number>();
  let [partners, squares] = [0, 0];
  for (const [other, weight] of ties ?? []) {
    const community = communityOf.get(other);
    if (community === undefined) continue;
    const counted = Math.min(MOST_WEIGHT, weight);
    byCommunity.set(community, (byCommunity.get(community) ?? 0) + counted);
    partners += counted;
    squares += counted * counted;
  }
  const same = [...byCommunity.values()].reduce((sum, weight) => sum + weight * weight, 0);
  return { partners, pairs: partners * partners - squares, same: same - squares };
}

/** Share of a workload's pairs of partners that others link, its role mates aside: these may be scattered as well. */
function coherence(
  workload: number,
  neighbours: Neighbours,
  roleOf: ReadonlyMap<number, number>,
  suspected: ReadonlySet<number>,
): number {
  const partners = strongest(neighbours.get(workload));
  const sets = new DisjointSets(partners.length);
  const firstWith = new Map<number, number>();
  const role = roleOf.get(workload);
  for (const [at, partner] of partners.entries()) {
    const links = strongest(neighbours.get(partner)).filter(
      (other) => roleOf.get(other) !== role && !suspected.has(other),
    );
    for (const other of [partner, ...links]) {
      if (other === workload) continue;
      const first = firstWith.get(other);
      if (first === undefined) firstWith.set(other, at);
      else sets.union(first, at);
    }
  }
  const linked = [...groupBy(partners.keys(), (at) => sets.find(at)).values()];
  const pairs = partners.length * (partners.length - 1);
  return pairs === 0 ? 1 : linked.reduce((sum, { length }) => sum + length * (length - 1), 0) / pairs;
}

function strongest(ties: ReadonlyMap<number, number> | undefined): number[] {
  return [...(ties ?? [])]
    .filter(([, weight]) => weight >= LEAST_WEIGHT)
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, MOST_PARTNERS)
    .map(([other]) => other);
}
