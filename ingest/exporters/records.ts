import type { ExporterName } from '../decode/exporter';
import { markStale, type Store } from '../store';

/** What is known of exporters and sockets. */
export const RECORD_TABLES = ['exporter_minutes', 'exporter_drops', 'listener_minutes', 'exporter_names'] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

/** Takes rows of these tables: a store, or a bus that leads to one. */
export interface ExporterRecords {
  insert(table: RecordTable, rows: readonly object[]): Promise<void>;
  /**
   * Names of VRFs have become known. Conversations are keyed by their scope, so the hours of their flows are rolled up
   * again, by whoever has the flows.
   */
  renamed(vrfs: readonly Pick<ExporterName, 'exporter' | 'id'>[]): Promise<void>;
}

export function storeRecords(store: Store): ExporterRecords {
  return {
    insert: (table, rows) => store.insert(table, rows),
    renamed: (vrfs) =>
      markStale(store, 'exporter IN {exporters:Array(IPv6)} AND scope IN {scopes:Array(String)}', {
        exporters: [...new Set(vrfs.map(({ exporter }) => exporter))],
        scopes: [...new Set(vrfs.map(({ id }) => id))],
      }),
  };
}

export async function saveNames(
  records: ExporterRecords,
  names: readonly ExporterName[],
  learned: Date,
): Promise<void> {
  if (names.length === 0) return;
  const micros = learned.getTime() * 1000;
  await records.insert(
    'exporter_names',
    names.map((name) => ({ ...name, learned: micros })),
  );
  const vrfs = names.filter(({ kind }) => kind === 'vrf');
  if (vrfs.length > 0) await records.renamed(vrfs);
}
