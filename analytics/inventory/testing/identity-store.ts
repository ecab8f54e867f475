import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openEmbedded, type Store } from '../../../ingest/store';

const TABLES = ['inventory_imports', 'claims', 'identities', 'owners', 'conflicts', 'settlements', 'named_networks'];
const EVIDENCE = ['log_ons', 'sightings', 'conversations', 'buckets', 'stale_hours', 'listeners'];

/** An embedded store in a folder of its own, which can be emptied. */
export interface IdentityStore {
  readonly store: Store;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openIdentityStore(): Promise<IdentityStore> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-identity-'));
  const store = openEmbedded(folder);
  await migrate(store);
  return {
    store,
    async clear() {
      for (const table of [...TABLES, ...EVIDENCE]) await store.command(`TRUNCATE TABLE ${table}`);
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
