import { formatPrefix, isV4, parseAddress, prefixOf } from '../../../ingest/kernel/ip';
import type { WeightedEdge } from '../../graph/communication';
import { groupBy } from '../../graph/group-by';
import { isHost, neighbourhood } from '../../inventory/networks';
import type { Workload } from '../../model/workload';
import { compareText } from '../../../ingest/kernel/text';
import { tieInCircle } from './role-ties';

/** With fewer talkers than this share of the members, traffic cannot say whether networks mean anything. */
const LEAST_TALKERS = 0.1;
/** Share of the traffic's weight that stays within networks … */
const LEAST_INSIDE = 0.5;
/** … and how often that must exceed what members drawn at random would give. */
const LEAST_LIFT = 3;

/**
 * The network that each workload is in, by its place in the list; nothing where it has no address. Who is in several is
 * counted in the one that most have nothing but: in a management network everybody has another leg. Then in the smallest
 * that it shares with anybody, which says most; in IPv4 before IPv6, since those with both share each.
 */
export function networksOf(workloads: readonly Pick<Workload, 'addresses'>[]): ReadonlyMap<number, string> {
  const choices = workloads.map(({ addresses }) => {
    const hosts = addresses.map((address) => parseAddress(address)).filter((address) => isHost(address));
    const inV4 = hosts.filter((address) => isV4(address));
    const networks = (inV4.length > 0 ? inV4 : hosts).map((each) => formatPrefix(prefixOf(each, neighbourhood(each))));
    return [...new Set(networks)].sort(compareText);
  });
  const alone = countBy(choices.filter(({ length }) => length === 1));
  const sizes = countBy(choices);
  const size = (network: string) => sizes.get(network) ?? 0;
  const better = (a: string, b: string) =>
    (alone.get(b) ?? 0) - (alone.get(a) ?? 0) || Number(size(a) < 2) - Number(size(b) < 2) || size(a) - size(b);
  return new Map(
    choices.flatMap((networks, at) => {
      const [best] = [...networks].sort(better);
      return best === undefined ? [] : [[at, best] as const];
    }),
  );
}

function countBy(lists: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const network of lists.flat()) counts.set(network, (counts.get(network) ?? 0) + 1);
  return counts;
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
  const all = networksOf(workloads);
  const networks = new Map(
    members.flatMap((member) => {
      const network = all.get(member);
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
