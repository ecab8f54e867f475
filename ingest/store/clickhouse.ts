import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { WayleaveError } from '../kernel/errors';
import {
  createQueries,
  insertFlows,
  parquetLine,
  parquetStructure,
  rowStructure,
  CLIENT_OPTIONS,
  storeError,
} from './client';
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
    load: (segment: Segment, token = segment.id) =>
      send(
        client,
        `${insertFlows(segment, `input({structure:String})`, token)} FORMAT RowBinary`,
        createReadStream(segment.path),
        { segment: segment.id, structure: rowStructure(segment) },
      ),
    async withLines<T>(file: LineFile, use: (lines: SqlSource) => Promise<T>) {
      // A server cannot read our files, and `input()` can be read only once: the lines are staged, in file order.
      const table = `staged_lines_${randomUUID().replaceAll('-', '')}`;
      await queries.command(`CREATE TABLE ${table} (line String) ENGINE = Log`);
      try {
        if (file.kind === 'text') {
          await send(client, `INSERT INTO ${table} FORMAT LineAsString`, Readable.from(file.content()), {});
        } else {
          const line = `SELECT ${parquetLine(file.columns)} FROM input({structure:String})`;
          const structure = parquetStructure(file.columns);
          await send(client, `INSERT INTO ${table} ${line} FORMAT Parquet`, createReadStream(file.path), { structure });
        }
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
  body: Readable,
  params: Record<string, string>,
): Promise<void> {
  // What the body throws is ours to pass on; the request only knows that it was cut off.
  let failed: unknown;
  body.on('error', (error) => (failed = error));
  try {
    const result = await client.exec({ query, values: body, query_params: params });
    result.stream.destroy();
  } catch (cause) {
    if (failed instanceof WayleaveError) throw failed;
    throw storeError(query, cause);
  }
}
