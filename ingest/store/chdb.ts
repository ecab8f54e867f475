import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { messageOf, WayleaveError } from '../kernel/errors';
import { createQueries, insertFlows, parquetLine, parquetStructure, rowStructure, CLIENT_OPTIONS } from './client';
import { loadError } from './failure';
import { SINGLE_NODE } from './layout';
import type { LineFile, Segment, SqlSource, Store } from './store';

/**
 * ClickHouse inside this process, over a data directory that belongs to it alone.
 *
 * Binary bodies cannot go through the embedded client (it turns them into strings), so rows are read from files.
 *
 * @throws WayleaveError `store-missing` without the optional chdb package, `store-locked` when another process holds
 *   the directory, `store-unavailable` when the directory cannot be used
 */
export function openEmbedded(directory: string): Store {
  const path = join(directory, 'engine');
  const owner = join(directory, 'owner.pid');
  const client = connect(directory, path, owner);
  writeFileSync(owner, String(process.pid));
  const queries = createQueries(client);
  return {
    kind: 'embedded',
    layout: SINGLE_NODE,
    ...queries,
    load: (segment: Segment, token = segment.id, seconds?: number) =>
      loadFile(
        client,
        segment,
        insertFlows(segment, `file({path:String}, 'RowBinary', {structure:String})`, token, seconds),
      ),
    withLines: <T>(file: LineFile, use: (lines: SqlSource) => Promise<T>) => use(linesOf(file)),
    async close() {
      await client.close();
      await drain();
      rmSync(owner, { force: true });
    },
  };
}

async function loadFile(client: ClickHouseClient, segment: Segment, query: string): Promise<void> {
  const query_params = { segment: segment.id, path: segment.path, structure: rowStructure(segment) };
  try {
    await client.command({ query, query_params });
  } catch (cause) {
    throw loadError(segment.id, query, cause);
  }
}

function linesOf(file: LineFile): SqlSource {
  if (file.kind === 'text') {
    return {
      sql: `file({path:String}, 'LineAsString', 'line String', {compression:String})`,
      params: { path: file.path, compression: file.compression },
    };
  }
  return {
    sql: `(SELECT ${parquetLine(file.columns)} AS line FROM file({path:String}, 'Parquet', {structure:String}))`,
    params: { path: file.path, structure: parquetStructure(file.columns) },
  };
}

function connect(directory: string, path: string, owner: string): ClickHouseClient {
  const { createChdbConnection } = requireChdb();
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return createClient({
      // chdb types the hook against client-common, whose types the client carries a copy of.
      connection: createChdbConnection({ path }) as ClickHouseClientConfigOptions['connection'],
      ...CLIENT_OPTIONS,
    });
  } catch (cause) {
    const holder = holderOf(owner);
    if (holder !== undefined) {
      throw new WayleaveError(
        `${directory} is held by process ${holder}: one process at a time can open a data directory. ` +
          `Use that server's API, stop it, or name another directory with --data`,
        { code: 'store-locked', where: { directory, pid: holder }, retriable: true, cause },
      );
    }
    throw new WayleaveError(`cannot open the data directory ${directory}: ${messageOf(cause).split('\n')[0]}`, {
      code: 'store-unavailable',
      where: { directory },
      cause,
    });
  }
}

/** The live process that says it holds the directory, if any. */
function holderOf(owner: string): number | undefined {
  try {
    const pid = Number(readFileSync(owner, 'utf8'));
    if (pid === process.pid) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

function requireChdb(): typeof import('chdb/connection') {
  try {
    // Loaded on demand: chdb is optional, and an installation that uses a server does without its 543 MB.
    return require('chdb/connection') as typeof import('chdb/connection');
  } catch (cause) {
    throw new WayleaveError(
      'the embedded engine is not installed: run `npm install chdb@3.4.0` (glibc Linux and macOS only), ' +
        'or point store.url at a ClickHouse server',
      { code: 'store-missing', cause },
    );
  }
}

/** `close` returns before the engine has let go of the directory; this waits for it. */
async function drain(): Promise<void> {
  const { drainPending } = require('chdb') as typeof import('chdb');
  await drainPending();
}
