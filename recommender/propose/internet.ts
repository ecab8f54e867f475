import { neighbourhood, PRIVATE_NETWORKS } from '../../analytics/inventory/networks';
import type { Workload } from '../../analytics/model/workload';
import { contains, formatPrefix, isV4, parseAddress, parsePrefix, prefixOf, type Prefix } from '../../ingest/kernel/ip';

/** Where unicast addresses are assigned from: all of IPv4 save `NOWHERE`, and RFC 4291's global unicast. */
const ASSIGNED = ['0.0.0.0/0', '2000::/3'].map(parsePrefix);
const NOWHERE = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', ...PRIVATE_NETWORKS].map(parsePrefix);

/** A provider's or an organisation's allocation: a /16, or a /32 of IPv6. */
const ALLOCATION = { v4: 112, v6: 32 } as const;
/** From this many unrelated allocations on, clients are the public, not partners. */
export const INTERNET_SPREAD = 4;

/** Public address space without the networks that the estate's own workloads are in, sorted as numbers. */
export function internetPrefixes(workloads: readonly Workload[]): string[] {
  const own = workloads.filter(({ kind }) => kind !== 'external').flatMap(networksOf);
  return ASSIGNED.flatMap((whole) => without(whole, [...NOWHERE, ...own])).map(formatPrefix);
}

/** The /24 or /64 networks of a workload's addresses: what an external workload stands for. */
export function networksOf({ addresses }: Workload): Prefix[] {
  const networks = addresses.map(parseAddress).map((address) => prefixOf(address, neighbourhood(address)));
  return [...new Map(networks.map((network) => [formatPrefix(network), network])).values()];
}

/** How many unrelated allocations the workloads' addresses come from. */
export function spreadOf(workloads: readonly Workload[]): number {
  const allocations = workloads
    .flatMap(networksOf)
    .map(({ base }) => formatPrefix(prefixOf(base, isV4(base) ? ALLOCATION.v4 : ALLOCATION.v6)));
  return new Set(allocations).size;
}

function without(whole: Prefix, holes: readonly Prefix[]): Prefix[] {
  if (holes.some((hole) => hole.length <= whole.length && contains(hole, whole.base))) return [];
  const inside = holes.filter((hole) => contains(whole, hole.base));
  if (inside.length === 0) return [whole];
  const length = whole.length + 1;
  const upper = whole.base | (1n << BigInt(128 - length));
  return [whole.base, upper].flatMap((base) => without({ base, length }, inside));
}
