import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';
import { WayleaveError } from '../kernel/errors';
import { createQueries, insertFlows, parquetLine, parquetStructure, rowStructure, WHOLE_ANSWER } from './client';
import { connect, hostOf, type ServerOptions } from './connection';
import { loadError, storeError } from './failure';
import { clusterLayout, SINGLE_NODE, type Layout } from './layout';
import { dropAbandonedLines, withStagedLines } from './staged-lines';
import type { LineFile, Segment, SqlSource, Store } from './store';

/** First release with everything our SQL uses (parameterised views, `JSONEachRow` settings, lightweight deletes). */
const OLDEST = [24, 8] as const;

/** What a refused insert may say, at most. */
const LONGEST_ANSWER = 65_536;

/**
 * A ClickHouse server by URL. Creates the database when it is missing and the user may.
 *
 * @throws WayleaveError `store-unavailable` when it cannot be reached or refuses the log-in, `store-too-old` before
 *   24.8, `bad-config` and `bad-certificate`
 */
export async function openServer(options: ServerOptions): Promise<Store> {
  const { cluster, database } = options;
  const layout = cluster === undefined ? SINGLE_NODE : clusterLayout(cluster, database);
  await prepare(options, layout);
  const client = connect(options, database);
  const queries = createQueries(client);
  await dropAbandonedLines(queries);
  return {
    kind: 'server',
    layout,
    ...queries,
    load: (segment: Segment, token = segment.id, seconds?: number) => {
      const query = `${insertFlows(segment, `input({structure:String})`, token, seconds)} FORMAT RowBinary`;
      const params = { segment: segment.id, structure: rowStructure(segment) };
      return send(client, query, createReadStream(segment.path), params, (cause) =>
        loadError(segment.id, query, cause),
      );
    },
    withLines: <T>(file: LineFile, use: (lines: SqlSource) => Promise<T>) =>
      withStagedLines(
        queries,
        (table) => sendLines(client, table, file),
        (table) => use({ sql: table, params: {} }),
      ),
    close: () => client.close(),
  };
}

/** A user who may not create databases can still use one that is there. */
async function prepare(options: ServerOptions, layout: Layout): Promise<void> {
  const client = connect(options, 'default');
  try {
    const queries = createQueries(client);
    const [found] = await queries.query<{ version: string; there: number }>(
      'SELECT version() AS version, (SELECT count() FROM system.databases WHERE name = {name:String}) AS there',
      { name: options.database },
    );
    checkVersion(found?.version ?? 'unknown', options);
    // On a cluster it may be missing on another node.
    if (found?.there === 0 || options.cluster !== undefined) await queries.command(layout.database(options.database));
  } finally {
    await client.close();
  }
}

function checkVersion(version: string, options: ServerOptions): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new WayleaveError(`ClickHouse at ${hostOf(options)} is ${version}; ${OLDEST.join('.')} or newer is needed`, {
    code: 'store-too-old',
    where: { version },
  });
}

function sendLines(client: ClickHouseClient, table: string, file: LineFile): Promise<void> {
  if (file.kind === 'text')
    return send(client, `INSERT INTO ${table} FORMAT LineAsString`, Readable.from(file.content()), {});
  const line = `SELECT ${parquetLine(file.columns)} FROM input({structure:String})`;
  const structure = parquetStructure(file.columns);
  return send(client, `INSERT INTO ${table} ${line} FORMAT Parquet`, createReadStream(file.path), { structure });
}

async function send(
  client: ClickHouseClient,
  query: string,
  body: Readable,
  params: Record<string, string>,
  errorOf = (cause: unknown) => storeError(query, cause),
): Promise<void> {
  // What the body throws is ours to pass on; the request only knows that it was cut off.
  let failed: unknown;
  body.on('error', (error) => (failed = error));
  try {
    const result = await client.exec({
      query,
      values: body,
      query_params: params,
      clickhouse_settings: WHOLE_ANSWER,
    });
    // An insert has nothing to answer: what there is, is an exception that came after status 200 had gone out.
    const answer = (await text(result.stream)).slice(0, LONGEST_ANSWER).trim();
    if (answer !== '') throw new Error(answer);
  } catch (cause) {
    if (failed instanceof WayleaveError) throw failed;
    throw errorOf(cause);
  } finally {
    body.destroy();
  }
}
