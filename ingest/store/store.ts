import type { FlowColumnName } from '../model/flow';
import type { Layout } from './layout';

export type SqlParams = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>;

/** A table expression with its bindings. */
export interface SqlSource {
  readonly sql: string;
  readonly params: SqlParams;
}

/** A file of RowBinary rows of one layout, loaded as a whole. */
export interface Segment {
  /** UUID; every row carries it, so that a load that did not return can be settled by counting. */
  readonly id: string;
  readonly path: string;
  readonly layout: readonly FlowColumnName[];
  readonly rows: number;
  /** Rows of several segments: each begins with the UUID of its own, and `id` is that of the file only. */
  readonly mixed?: boolean;
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** A file of text lines. What it is called does not say whether it is compressed. */
export interface TextFile {
  readonly kind: 'text';
  readonly path: string;
  readonly compression: Compression;
  /** The decompressed bytes, for an engine that cannot open the file itself. */
  content(): AsyncIterable<Uint8Array>;
}

/** A Parquet file whose rows are given as lines: its columns, in this order, with a space between and `-` for nothing. */
export interface ParquetFile {
  readonly kind: 'parquet';
  readonly path: string;
  readonly columns: readonly string[];
}

export type LineFile = TextFile | ParquetFile;

/**
 * ClickHouse, wherever it runs: inside this process (chDB) or as a server by URL. The SQL is the same in both.
 * Failures are WayleaveErrors: `store-query` (the statement), `store-unavailable` (retriable: it cannot be done at
 * present), `bad-segment` (rows that no repetition can load), or one of the opening errors `store-locked`,
 * `store-missing`, `store-too-old`, `bad-config`, `bad-certificate`.
 */
export interface Store {
  readonly kind: 'embedded' | 'server';
  /** Where the tables are. */
  readonly layout: Layout;
  query<Row>(sql: string, params?: SqlParams): Promise<Row[]>;
  /** Rows in batches, for answers that should not be held at once. */
  stream<Row>(sql: string, params?: SqlParams): AsyncIterable<Row[]>;
  command(sql: string, params?: SqlParams): Promise<void>;
  /** Rows under a token that was used of late are not inserted again, where the table keeps tokens. */
  insert(table: string, rows: readonly object[], token?: string): Promise<void>;
  /**
   * Inserts a segment's rows into `flows`, as one block per day of arrival. Rows under a token (its id, where none is
   * given) that was used of late are not inserted again. A load that threw may be in, in part or not at all: settle it.
   *
   * @param seconds after which the engine gives it up
   */
  load(segment: Segment, token?: string, seconds?: number): Promise<void>;
  /** Makes a file readable as a table with one column `line String`. */
  withLines<T>(file: LineFile, use: (lines: SqlSource) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
