import { formatPrefix, parseAddress, prefixOf } from '../../../ingest/kernel/ip';
import type { WeightedEdge } from '../../graph/communication';
import { groupBy } from '../../graph/components';
import { neighbourhood } from '../../inventory/networks';
import type { Workload } from '../../model/workload';
import { tieInCircle } from './role-ties';

/** With fewer talkers than this share of the members, traffic cannot say whether networks mean anything. */
const LEAST_TALKERS = 0.1;
/** Share of the traffic's weight that stays within networks … */
const LEAST_INSIDE = 0.5;
/** … and how often that must exceed what members drawn at random would give. */
const LEAST_LIFT = 3;

/** The network a workload's first address is in, undefined where it has none. */
export function networkOf({ addresses: [address] }: Pick<Workload, 'addresses'>): string | undefined {
  if (address === undefined) return undefined;
  const parsed = parseAddress(address);
  return formatPrefix(prefixOf(parsed, neighbourhood(parsed)));
}

/**
 * Ties of members that have no traffic with others: to those of their network, where the traffic there is keeps to
 * networks or is too little to say; otherwise undefined, for then a network says nothing about who belongs together.
 *
 * @param traffic ties among `members`
 */
export function tieNetworks(
  workloads: readonly Workload[],
  members: readonly number[],
  traffic: readonly WeightedEdge[],
): WeightedEdge[] | undefined {
  const networks = new Map(
    members.flatMap((member) => {
      const network = workloads[member] && networkOf(workloads[member]);
      return network === undefined ? [] : [[member, network] as const];
    }),
  );
  const talkers = new Set(traffic.flatMap(({ a, b }) => [a, b]));
  if (networks.size === 0 || (talkers.size >= LEAST_TALKERS * members.length && !keepsTo(networks, traffic)))
    return undefined;
  const quiet = [...networks].filter(([member]) => !talkers.has(member));
  return [...groupBy(quiet, ([, network]) => network).values()].flatMap((same) =>
    tieInCircle(same.map(([mate]) => ({ mate, weight: 1 }))),
  );
}

function keepsTo(networks: ReadonlyMap<number, string>, traffic: readonly WeightedEdge[]): boolean {
  let [inside, all] = [0, 0];
  for (const { a, b, weight } of traffic) {
    const [x, y] = [networks.get(a), networks.get(b)];
    if (x === undefined || y === undefined) continue;
    all += weight;
    if (x === y) inside += weight;
  }
  const sizes = [...groupBy(networks.values(), (network) => network).values()].map(({ length }) => length);
  const pairs = sizes.reduce((sum, size) => sum + size * (size - 1), 0);
  const chance = pairs / Math.max(1, networks.size * (networks.size - 1));
  return inside >= LEAST_INSIDE * all && inside >= LEAST_LIFT * chance * all;
}
