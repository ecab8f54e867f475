import type { Store } from '../../ingest/store';
import type { Clock } from '../../ingest/kernel/time';
import { addressText } from '../conversations/read';
import type { InventoryEntry } from './csv';

/** The newest import is the inventory; earlier ones stay readable by their time. */
export async function saveInventory(store: Store, entries: readonly InventoryEntry[], clock: Clock): Promise<void> {
  const imported = clock().getTime() * 1000;
  await store.insert(
    'inventory',
    entries.map(({ address, name, labels }) => ({
      address: address.includes(':') ? address : `::ffff:${address}`,
      name,
      labels,
      imported,
    })),
  );
}

export function readInventory(store: Store): Promise<InventoryEntry[]> {
  return store.query<InventoryEntry>(
    `SELECT ${addressText('i.address')} AS address, name, labels FROM inventory AS i
     WHERE imported = (SELECT max(imported) FROM inventory) ORDER BY name, i.address`,
  );
}
