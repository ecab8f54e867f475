import { WayleaveError } from '../kernel/errors';
import type { Table } from './layout';
import type { Migration } from './migrations/migration';
import { MIGRATIONS } from './schema';
import type { Store } from './store';

const APPLIED: Table = {
  name: 'migrations',
  columns: 'number UInt32, name String, applied DateTime DEFAULT now()',
  engine: 'MergeTree',
  clauses: 'ORDER BY number',
};

/**
 * Brings the schema up to date. Safe to run again at any point, and by several processes at once.
 *
 * @returns the names of the migrations that were run
 * @throws WayleaveError `store-newer` when a newer Wayleave has been at this data
 */
export async function migrate(store: Store, migrations: readonly Migration[] = MIGRATIONS): Promise<string[]> {
  for (const statement of store.layout.create(APPLIED)) await store.command(statement);
  const [row] = await store.query<{ last: number }>('SELECT max(number) AS last FROM migrations');
  const last = row?.last ?? 0;
  const newest = migrations.at(-1)?.number ?? 0;
  if (last > newest) {
    throw new WayleaveError(
      `the data was written by a newer Wayleave (schema ${last}, this one knows ${newest}): upgrade Wayleave`,
      {
        code: 'store-newer',
        where: { schema: last },
      },
    );
  }
  const due = migrations.filter(({ number }) => number > last);
  for (const { number, name, statements } of due) {
    for (const statement of statements(store.layout)) await store.command(statement);
    await store.insert('migrations', [{ number, name }]);
  }
  return due.map(({ name }) => name);
}

/** Raw flows expire this many days after they arrived; conversations stay. */
export async function keepFlowsFor(store: Store, days: number): Promise<void> {
  const ttl = `MODIFY TTL toDateTime(received) + toIntervalDay(${Math.trunc(days)})`;
  for (const statement of store.layout.alter('flows', ttl)) await store.command(statement);
}
