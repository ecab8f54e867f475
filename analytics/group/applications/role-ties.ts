import { sumByPair, type WeightedEdge } from '../../graph/communication';
import { groupBy } from '../../graph/group-by';
import type { Roles } from '../roles/roles';

type Neighbours = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Nobody is tied to more mates than this on either side of the circle, which keeps large tiers linear. */
const MOST_MATES = 4;
/** A partner with whom somebody talked once is none that he has in common with others. */
const LEAST_WEIGHT = 0.5;

/**
 * Hosts of one tier rarely talk to each other, and then nothing keeps the tier in one community. So workloads of one role
 * that have a partner in common are tied, in all about as strongly as they are tied to partners: serving the same users
 * is no reason, and equal tiers of two applications, which are one role, stay apart. What two applications may share is
 * no such partner for who has another. Workloads of one role that talk to no one have nothing against each other, unless
 * something else is known to tie them.
 *
 * @param neighbours ties among `members`
 * @param quietToo whether those without any are tied
 * @param leaves what several applications may share
 */
export function tieRoles(
  members: readonly number[],
  neighbours: Neighbours,
  leaves: ReadonlySet<number>,
  { roleOf }: Pick<Roles, 'roleOf'>,
  quietToo = true,
): WeightedEdge[] {
  const byRole = groupBy(members, (workload) => roleOf.get(workload) ?? -1);
  const ties = [...byRole.values()].flatMap((mates) => {
    const withPartner = new Map<number, { readonly mate: number; readonly weight: number }[]>();
    for (const mate of mates) {
      const partners = [...(neighbours.get(mate) ?? [])].filter(([, weight]) => weight >= LEAST_WEIGHT);
      const own = partners.filter(([partner]) => !leaves.has(partner));
      for (const [partner, weight] of own.length > 0 ? own : partners) {
        const of = withPartner.get(partner);
        if (of) of.push({ mate, weight });
        else withPartner.set(partner, [{ mate, weight }]);
      }
    }
    const quiet = mates.filter((mate) => quietToo && !neighbours.has(mate)).map((mate) => ({ mate, weight: 1 }));
    return [...withPartner.values(), quiet].flatMap(tieInCircle);
  });
  return sumByPair(ties);
}

/** Each to the next ones in a circle, so that all get the same number of ties: in all as much as the weaker has. */
export function tieInCircle(mates: readonly { readonly mate: number; readonly weight: number }[]): WeightedEdge[] {
  const reach = Math.min(MOST_MATES, Math.floor(mates.length / 2));
  return mates.flatMap(({ mate: a, weight }, at) =>
    Array.from({ length: reach }, (_, step) => {
      const { mate: b, weight: other } = mates[(at + step + 1) % mates.length] ?? { mate: a, weight };
      return { a, b, weight: Math.min(weight, other) / (2 * reach) };
    }),
  );
}
