import type { WeightedEdge } from '../graph/communication';
import { DisjointSets, groupBy } from '../graph/components';
import type { Roles } from './roles';

/** Nobody is tied to more role mates than this on either side of the circle, which keeps large tiers linear. */
const MOST_MATES = 16;

/**
 * Hosts of one tier rarely talk to each other, and then nothing keeps the tier in one community. So workloads of one role
 * are tied about as strongly as they are tied to others, provided a chain of others in common leads from one to
 * the other: serving the same users is no reason, and equal tiers of two applications stay apart. What two applications
 * may share is no such link for who has another. A workload that talks to no one else's has nothing against its role
 * mates.
 *
 * @param neighbours ties among `members`
 * @param leaves what several applications may share
 */
export function tieRoles(
  members: readonly number[],
  neighbours: ReadonlyMap<number, ReadonlyMap<number, number>>,
  leaves: ReadonlySet<number>,
  { roleOf }: Pick<Roles, 'roleOf'>,
): WeightedEdge[] {
  const byRole = groupBy(members, (workload) => roleOf.get(workload) ?? -1);
  return [...byRole.values()].flatMap((mates) => {
    const sets = new DisjointSets(mates.length);
    const firstWith = new Map<number, number>();
    for (const [at, workload] of mates.entries()) {
      const others = [...(neighbours.get(workload)?.keys() ?? [])];
      const own = others.filter((other) => !leaves.has(other));
      for (const other of own.length > 0 ? own : others) {
        const first = firstWith.get(other);
        if (first === undefined) firstWith.set(other, at);
        else sets.union(first, at);
      }
    }
    const quiet = [...mates.keys()].filter((at) => !neighbours.has(mates[at] ?? -1));
    const components = [...groupBy(mates.keys(), (at) => sets.find(at)).values()].filter(
      ([first = -1]) => !quiet.includes(first),
    );
    if (components.length === 0) return tieAll(mates, neighbours);
    // Quiet ones go with the largest, the best guess there is.
    const largest = components.reduce((a, b) => (b.length > a.length ? b : a));
    return components.flatMap((component) =>
      tieAll(
        [...component, ...(component === largest ? quiet : [])].map((at) => mates[at] ?? -1),
        neighbours,
      ),
    );
  });
}

/** Each to the next ones in a circle, so that all get the same number of ties. */
function tieAll(
  mates: readonly number[],
  neighbours: ReadonlyMap<number, ReadonlyMap<number, number>>,
): WeightedEdge[] {
  const reach = Math.min(MOST_MATES, Math.floor(mates.length / 2));
  const strengths = mates.map((workload) => sum(neighbours.get(workload)));
  return mates.flatMap((a, at) =>
    Array.from({ length: reach }, (_, step) => {
      const to = (at + step + 1) % mates.length;
      const weakest = Math.min(...[strengths[at] ?? 0, strengths[to] ?? 0].filter((strength) => strength > 0));
      return { a, b: mates[to] ?? a, weight: (Number.isFinite(weakest) ? weakest : 1) / (2 * reach) };
    }),
  );
}

function sum(values: ReadonlyMap<number, number> | undefined): number {
  let total = 0;
  for (const value of values?.values() ?? []) total += value;
  return total;
}
