import { ClickHouseLogLevel, type ClickHouseClient } from '@clickhouse/client';
import { messageOf, WayleaveError } from '../kernel/errors';
import { flowColumn, type FlowColumnName } from '../model/flow';
import type { SqlParams } from './store';

/** Counts are numbers in JSON, and times mean UTC wherever the engine runs. Errors are ours to report. */
export const CLIENT_OPTIONS = {
  clickhouse_settings: { output_format_json_quote_64bit_integers: 0, session_timezone: 'UTC' },
  log: { level: ClickHouseLogLevel.OFF },
} as const;

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
        const result = await client.query({ query: sql, format: 'JSONEachRow', query_params: params });
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
      run(sql, async () => void (await client.command({ query: sql, query_params: params }))),
    insert: (table: string, rows: readonly object[]): Promise<void> =>
      rows.length === 0
        ? Promise.resolve()
        : run(
            `INSERT INTO ${table}`,
            async () => void (await client.insert({ table, values: [...rows], format: 'JSONEachRow' })),
          ),
  };
}

/** `src IPv6, dst IPv6, …`: what ClickHouse needs to read RowBinary of a layout. */
export function rowStructure(layout: readonly FlowColumnName[]): string {
  return layout.map((name) => `${name} ${flowColumn(name).type}`).join(', ');
}

export function insertFlows(layout: readonly FlowColumnName[], source: string): string {
  const columns = layout.join(', ');
  return `INSERT INTO flows (${columns}, segment) SELECT ${columns}, {segment:UUID} FROM ${source}`;
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

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

export function storeError(sql: string, cause: unknown): WayleaveError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  if (UNREACHABLE.has(code) || messageOf(cause).includes('Timeout error')) {
    return new WayleaveError(`ClickHouse cannot be reached (${code || 'timeout'})`, {
      code: 'store-unavailable',
      retriable: true,
      cause,
    });
  }
  const statement = sql.replaceAll(/\s+/g, ' ').trim().slice(0, 120);
  return new WayleaveError(`ClickHouse refused "${statement}": ${messageOf(cause).trim()}`, {
    code: 'store-query',
    cause,
    where: { statement },
  });
}
