import { formatPrefix, parseAddress, prefixOf, type Prefix } from '../../ingest/kernel/ip';
import type { Workload, WorkloadKind } from '../model/workload';
import type { InventoryEntry } from './csv';
import { isHost, neighbourhood, within } from './networks';

export interface Directory {
  /** The id of the workload an address belongs to; undefined where it is no host's (multicast, broadcast, link-local). */
  resolve(address: string): string | undefined;
  /** Everything in the inventory and every workload resolved so far, sorted by id. */
  workloads(): Workload[];
}

interface Found {
  readonly id: string;
  readonly kind: WorkloadKind;
  readonly labels: Record<string, string>;
  readonly addresses: Set<string>;
}

/**
 * Addresses to workloads. With an inventory, what it names is managed and the rest of the estate is unknown; without
 * one, every address in the estate's networks is a managed workload of its own. Addresses elsewhere are external, one
 * workload per /24 or /64 holding those that were seen, so that the Internet does not become a million nodes.
 */
export function createDirectory(inventory: readonly InventoryEntry[], estate: readonly Prefix[]): Directory {
  const byId = new Map<string, Found>();
  const byAddress = new Map<string, string | undefined>();

  const add = (id: string, kind: WorkloadKind, address: string, labels: Readonly<Record<string, string>>): string => {
    const found = byId.get(id) ?? { id, kind, labels: {}, addresses: new Set() };
    byId.set(id, found);
    Object.assign(found.labels, labels);
    found.addresses.add(address);
    return id;
  };

  const find = (text: string): string | undefined => {
    const address = parseAddress(text);
    if (!isHost(address)) return undefined;
    if (within(estate, address)) return add(text, inventory.length === 0 ? 'managed' : 'unknown', text, {});
    return add(formatPrefix(prefixOf(address, neighbourhood(address))), 'external', text, {});
  };

  for (const { name, address, labels } of inventory) byAddress.set(address, add(name, 'managed', address, labels));

  return {
    resolve(address) {
      if (!byAddress.has(address)) byAddress.set(address, find(address));
      return byAddress.get(address);
    },
    workloads: () =>
      [...byId.values()]
        .map(({ id, kind, labels, addresses }) => ({ id, name: id, kind, labels, addresses: [...addresses].sort() }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
