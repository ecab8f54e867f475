import type { Layout } from '../layout';

/**
 * Numbered migrations, each a list of statements that may be run again after a crash in between. Never edited once
 * released: a change is a new number.
 */
export interface Migration {
  readonly number: number;
  readonly name: string;
  statements(layout: Layout): readonly string[];
}

/** Settings of a table whose rows must outlive a crash, also as merges and replicas write them anew. */
export const DURABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_fetch = 1';
