import type { WeightedEdge } from '../graph/communication';
import { DisjointSets, groupBy } from '../graph/components';
import type { Roles } from './roles';

/** Nobody is tied to more role mates than this on either side of the circle, which keeps large tiers linear. */
const MOST_MATES = 16;

/**
 * Hosts of one tier rarely talk to each other, and then nothing keeps the tier in one community. So workloads of one role
 * are tied about as strongly as they are tied to others, provided they have others in common: serving the same users
 * is no reason, and equal tiers of two applications stay apart. "In common" is by role, for two web servers need not have
 * drawn the same application servers; a workload that talks to no one else's has nothing against its role mates.
 *
 * @param neighbours ties among `members`
 */
export function tieRoles(
  members: readonly number[],
  neighbours: ReadonlyMap<number, ReadonlyMap<number, number>>,
  { roleOf }: Pick<Roles, 'roleOf'>,
): WeightedEdge[] {
  const byRole = groupBy(members, (workload) => roleOf.get(workload) ?? -1);
  return [...byRole.values()].flatMap((mates) => {
    const sets = new DisjointSets(mates.length);
    const firstWith = new Map<number, number>();
    for (const [at, workload] of mates.entries()) {
      const towards = [...(neighbours.get(workload)?.keys() ?? [])].map((other) => roleOf.get(other) ?? -1);
      for (const role of towards) {
        const first = firstWith.get(role);
        if (first === undefined) firstWith.set(role, at);
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
