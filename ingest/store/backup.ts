import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { codeOf, WayleaveError } from '../kernel/errors';
import { migrate } from './migrate';
import { MIGRATIONS } from './schema';
import type { Store } from './store';

/** What this release writes, and the newest that it reads. */
export const NEWEST_SCHEMA = MIGRATIONS.at(-1)?.number ?? 0;

/** Below `shadow/` of the engine. */
const NAME = 'backup';

export interface FrozenTable {
  readonly name: string;
  /** Rows as stored: what a lightweight delete only masked counts. */
  readonly rows: number;
  /** A folder for each part. */
  readonly folder: string;
}

export interface Frozen {
  readonly schema: number;
  /** ClickHouse version. */
  readonly engine: string;
  readonly tables: readonly FrozenTable[];
}

interface TableRow {
  readonly name: string;
  readonly path: string;
}

/**
 * Freezes the parts of all tables of an embedded store as they are between two statements: hard links, so it takes
 * milliseconds and no room at first. The engine runs one text at a time, and all tables are frozen by one, so nothing
 * comes in between them. `migrations` is left out: its content is the number of the schema.
 */
export async function freeze(store: Store): Promise<Frozen> {
  await thaw(store);
  const [state] = await store.query<{ schema: number; engine: string }>(
    'SELECT max(number) AS schema, version() AS engine FROM migrations',
  );
  if (state === undefined || state.schema === 0)
    throw new WayleaveError('the store has no schema yet: there is nothing to back up', { code: 'nothing-stored' });
  const tables = await storedTables(store);
  await store.command(tables.map(({ name }) => `ALTER TABLE ${name} FREEZE WITH NAME '${NAME}'`).join(';\n'));
  const disk = await diskOf(store);
  const frozen: FrozenTable[] = [];
  for (const { name, path } of tables) {
    const folder = join(disk, 'shadow', NAME, relative(disk, path));
    frozen.push({ name, folder, rows: await rowsOf(folder) });
  }
  return { ...state, tables: frozen };
}

/** Lets go of what was frozen, by this process or one that was killed. */
export async function thaw(store: Store): Promise<void> {
  const shadow = join(await diskOf(store), 'shadow');
  await rm(join(shadow, NAME), { recursive: true, force: true });
  // The engine's counter of freezes without a name. Killed while it writes it, it leaves an empty file, and with that it
  // refuses to freeze anything ever again.
  await rm(join(shadow, 'increment.txt'), { force: true });
}

/**
 * Makes the tables of a schema in an empty store.
 *
 * @param schema at most `NEWEST_SCHEMA`
 * @returns the folder for each table in which parts wait to be attached
 */
export async function createTables(store: Store, schema: number): Promise<ReadonlyMap<string, string>> {
  await migrate(
    store,
    MIGRATIONS.filter(({ number }) => number <= schema),
  );
  return new Map((await storedTables(store)).map(({ name, path }) => [name, join(path, 'detached')]));
}

/** Takes the parts that wait into their table. @returns rows of the table, as `FrozenTable` counts them */
export async function attachParts(store: Store, table: string): Promise<number> {
  await store.command(`ALTER TABLE ${table} ATTACH PARTITION ALL`);
  const [row] = await store.query<{ rows: number }>(
    'SELECT sum(rows) AS rows FROM system.parts WHERE database = currentDatabase() AND table = {table:String} AND active',
    { table },
  );
  return row?.rows ?? 0;
}

function storedTables(store: Store): Promise<TableRow[]> {
  return store.query<TableRow>(
    `SELECT name, data_paths[1] AS path FROM system.tables
     WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'migrations' ORDER BY name`,
  );
}

async function diskOf(store: Store): Promise<string> {
  const [disk] = await store.query<{ path: string }>(`SELECT path FROM system.disks WHERE name = 'default'`);
  if (disk) return disk.path;
  throw new WayleaveError('the engine does not say where its disk is', { code: 'store-query' });
}

/** A table without parts leaves no folder. */
async function partsIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function rowsOf(folder: string): Promise<number> {
  let rows = 0;
  for (const part of await partsIn(folder)) rows += Number(await readFile(join(folder, part, 'count.txt'), 'utf8'));
  return rows;
}
