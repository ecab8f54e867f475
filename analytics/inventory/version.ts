import type { Store } from '../../ingest/store';

/** Later than everything that was ever written of identities, also by an import that was killed. */
export async function nextVersion(store: Store): Promise<number> {
  const tables = ['claims', 'identities', 'inventory_imports', 'settlements', 'owners'];
  const [row] = await store.query<{ version: number }>(
    `SELECT max(version) + 1 AS version FROM (${tables
      .map((table) => `SELECT max(version) AS version FROM ${table}`)
      .join(' UNION ALL ')})`,
  );
  return row?.version ?? 1;
}
