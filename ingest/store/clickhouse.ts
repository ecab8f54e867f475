import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { WayleaveError } from '../kernel/errors';
import { createQueries, insertFlows, rowStructure, CLIENT_OPTIONS, storeError } from './client';
import type { LineFile, Segment, SqlSource, Store } from './store';

export interface ServerOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Headers while a long query runs, so that nothing on the way takes the connection for idle. */
const KEEP_ALIVE = { send_progress_in_http_headers: 1, http_headers_progress_interval_ms: '20000' } as const;

/** First release with everything our SQL uses (parameterised views, `JSONEachRow` settings, lightweight deletes). */
const OLDEST = [24, 8] as const;

/**
 * A ClickHouse server by URL. Creates the database when it is missing and the user may.
 *
 * @throws WayleaveError `store-unavailable` when it cannot be reached, `store-query` when it refuses the login,
 *   `store-too-old` before 24.8
 */
export async function openServer(options: ServerOptions): Promise<Store> {
  const first = connect(options, 'default');
  try {
    await checkVersion(first, options.url);
    await createQueries(first).command('CREATE DATABASE IF NOT EXISTS {name:Identifier}', { name: options.database });
  } finally {
    await first.close();
  }
  const client = connect(options, options.database);
  const queries = createQueries(client);
  return {
    kind: 'server',
    ...queries,
    load: (segment: Segment) =>
      send(
        client,
        `${insertFlows(segment.layout, `input({structure:String})`)} FORMAT RowBinary`,
        { path: segment.path, gzip: false },
        {
          segment: segment.id,
          structure: rowStructure(segment.layout),
        },
      ),
    async withLines<T>(file: LineFile, use: (lines: SqlSource) => Promise<T>) {
      // A server cannot read our files, and `input()` can be read only once: the lines are staged, in file order.
      const table = `staged_lines_${randomUUID().replaceAll('-', '')}`;
      await queries.command(`CREATE TABLE ${table} (line String) ENGINE = Log`);
      try {
        await send(client, `INSERT INTO ${table} FORMAT LineAsString`, file, {});
        return await use({ sql: table, params: {} });
      } finally {
        await queries.command(`DROP TABLE IF EXISTS ${table} SYNC`);
      }
    },
    close: () => client.close(),
  };
}

function connect(options: ServerOptions, database: string): ClickHouseClient {
  return createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database,
    request_timeout: 300_000,
    ...CLIENT_OPTIONS,
    clickhouse_settings: { ...CLIENT_OPTIONS.clickhouse_settings, ...KEEP_ALIVE },
  });
}

async function checkVersion(client: ClickHouseClient, url: string): Promise<void> {
  const [row] = await createQueries(client).query<{ version: string }>('SELECT version() AS version');
  const version = row?.version ?? 'unknown';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new WayleaveError(`ClickHouse at ${new URL(url).host} is ${version}; ${OLDEST.join('.')} or newer is needed`, {
    code: 'store-too-old',
    where: { version },
  });
}

async function send(
  client: ClickHouseClient,
  query: string,
  { path, gzip }: LineFile,
  params: Record<string, string>,
): Promise<void> {
  const file = createReadStream(path);
  // Errors of either stream surface through the request that reads the last one.
  const body = gzip ? pipeline(file, createGunzip(), () => undefined) : file;
  try {
    const result = await client.exec({ query, values: body, query_params: params });
    result.stream.destroy();
  } catch (cause) {
    throw storeError(query, cause);
  }
}
