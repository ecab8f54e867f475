import { randomUUID } from 'node:crypto';
import { ClickHouseLogLevel, type ClickHouseClient } from '@clickhouse/client';
import { flowColumn } from '../model/flow';
import { storeError } from './failure';
import type { Segment, SqlParams } from './store';

/**
 * Counts are numbers in JSON, and times mean UTC wherever the engine runs. Errors are ours to report. Aggregates are not
 * compiled: the engine compiles `min` and `max` of a DateTime64 after some runs, and then takes 1900 for later than today.
 */
export const CLIENT_OPTIONS = {
  clickhouse_settings: {
    output_format_json_quote_64bit_integers: 0,
    session_timezone: 'UTC',
    compile_aggregate_expressions: 0,
  },
  log: { level: ClickHouseLogLevel.OFF },
} as const;

/** A server answers when it is done, so that no exception can follow on status 200. */
export const WHOLE_ANSWER = { wait_end_of_query: 1 } as const;

/** What both homes share: the ordinary client with our errors. Statements are cut in messages, values never shown. */
export function createQueries(client: ClickHouseClient) {
  const run = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw storeError(sql, cause);
    }
  };
  return {
    query: <Row>(sql: string, params: SqlParams = {}): Promise<Row[]> =>
      run(sql, async () => {
        const result = await client.query({
          query: sql,
          format: 'JSONEachRow',
          query_params: params,
          clickhouse_settings: WHOLE_ANSWER,
        });
        return result.json<Row>();
      }),
    async *stream<Row>(sql: string, params: SqlParams = {}): AsyncGenerator<Row[]> {
      const result = await run(sql, () => client.query({ query: sql, format: 'JSONEachRow', query_params: params }));
      try {
        for await (const rows of result.stream<Row>()) yield rows.map((row) => row.json<Row>());
      } catch (cause) {
        throw storeError(sql, cause);
      }
    },
    command: (sql: string, params: SqlParams = {}): Promise<void> =>
      run(
        sql,
        async () =>
          void (await client.command({ query: sql, query_params: params, clickhouse_settings: WHOLE_ANSWER })),
      ),
    // Without a token rows that look alike would be taken for a repetition, where a table remembers what came in.
    insert: (table: string, rows: readonly object[], token: string = randomUUID()): Promise<void> =>
      rows.length === 0
        ? Promise.resolve()
        : run(
            `INSERT INTO ${table}`,
            async () =>
              // In the statement: what is set beside it, the embedded engine keeps for all that follow.
              void (await client.insert({
                table: `${table} SETTINGS insert_deduplication_token = '${requireToken(token)}'`,
                values: [...rows],
                format: 'JSONEachRow',
                clickhouse_settings: WHOLE_ANSWER,
              })),
          ),
  };
}

/** `src IPv6, dst IPv6, …`: what ClickHouse needs to read the rows of a segment. */
export function rowStructure({ layout, mixed }: Pick<Segment, 'layout' | 'mixed'>): string {
  const columns = layout.map((name) => `${name} ${flowColumn(name).type}`);
  return (mixed ? ['segment UUID', ...columns] : columns).join(', ');
}

/**
 * One block, so that it is one part for each day of arrival, which is in or is not: a token is remembered per block, and
 * blocks that threads put together differ from one attempt to the next.
 */
export function insertFlows(segment: Segment, source: string, token: string, seconds = 0): string {
  const columns = segment.layout.join(', ');
  const settings = {
    insert_deduplication_token: `'${requireToken(token)}'`,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    max_threads: 1,
    max_insert_threads: 1,
    max_insert_block_size: segment.rows + 1,
    min_insert_block_size_rows: segment.rows + 1,
    min_insert_block_size_bytes: 0,
    max_execution_time: seconds,
  };
  return (
    `INSERT INTO flows (${columns}, segment) ` +
    `SETTINGS ${Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ')} ` +
    `SELECT ${columns}, ${segment.mixed ? 'segment' : '{segment:UUID}'} FROM ${source}`
  );
}

/** Settings take no parameters, so what goes there must be harmless. */
function requireToken(token: string): string {
  if (/^[\w/-]{1,200}$/.test(token)) return token;
  throw new TypeError(`not a deduplication token: ${token}`);
}

/** A row of a Parquet file as a line; every type is read as text. */
export function parquetLine(columns: readonly string[]): string {
  const texts = columns.map((name) => `ifNull(nullIf(${quoted(name)}, ''), '-')`);
  return texts.length === 1 ? (texts[0] ?? '') : `concatWithSeparator(' ', ${texts.join(', ')})`;
}

export function parquetStructure(columns: readonly string[]): string {
  return columns.map((name) => `${quoted(name)} Nullable(String)`).join(', ');
}

function quoted(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
