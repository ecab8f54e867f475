import { broadcastOf, NOT_HOSTS } from '../../analytics/inventory/networks';
import type { Workload } from '../../analytics/model/workload';
import { lastOf, parsePrefix, type Prefix } from '../../ingest/kernel/ip';
import { addressSet, unionOf, type AddressSet } from '../model/address-set';

/** What is known of addresses beside the policy. */
export interface Ground {
  /** Of managed workloads: whom a policy is there to close, and from where an intruder would look around. */
  readonly managed: AddressSet;
  /** Of the estate, whether managed or not. */
  readonly ours: AddressSet;
  /** Multicast, broadcast and link-local addresses. */
  readonly nobodys: AddressSet;
}

/**
 * @param workloads of the window. Without a managed one there is no inventory, and all of the estate is managed.
 * @param networks the estate, as the configuration has it
 * @param heard broadcast addresses that traffic tells of, of networks that nobody named
 */
export function groundOf(
  workloads: readonly Workload[],
  networks: readonly string[],
  heard: readonly string[] = [],
): Ground {
  const prefixes = networks.map(parsePrefix);
  const estate = addressSet(networks);
  const owned = addressSet(workloads.flatMap(({ kind, addresses }) => (kind === 'managed' ? addresses : [])));
  const broadcasts = prefixes.flatMap((prefix) => {
    const address = broadcastOf(prefix);
    return address === undefined ? [] : { first: address, last: address };
  });
  return {
    managed: owned.length === 0 ? estate : owned,
    ours: unionOf([owned, estate]),
    nobodys: unionOf([NOT_HOSTS.map(intervalOf), broadcasts, addressSet(heard)]),
  };
}

function intervalOf(prefix: Prefix) {
  return { first: prefix.base, last: lastOf(prefix) };
}
