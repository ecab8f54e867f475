import { randomUUID } from 'node:crypto';
import type { Store } from '../../ingest/store';

/** What was decided for all uses of one service between two places. */
export interface JudgedCell {
  readonly clientPlace: number;
  readonly serverPlace: number;
  readonly protocol: number;
  readonly port: number;
  readonly verdict: string;
  /** The rule that decided; empty where none did. */
  readonly rule: string;
}

/**
 * Lets `use` join uses with what was decided for them. The table is gone afterwards; its columns: client_place,
 * server_place, protocol, port, verdict, rule.
 */
export async function withJudgedCells<T>(
  store: Store,
  cells: readonly JudgedCell[],
  use: (table: string) => Promise<T>,
): Promise<T> {
  const table = `replay_judged_${randomUUID().replaceAll('-', '')}`;
  try {
    await store.command(
      `CREATE TABLE ${table} (client_place UInt32, server_place UInt32, protocol UInt8, port UInt16,
         verdict LowCardinality(String), rule LowCardinality(String)) ENGINE = MergeTree ORDER BY tuple()`,
    );
    if (cells.length > 0) {
      await store.insert(
        table,
        cells.map(({ clientPlace, serverPlace, protocol, port, verdict, rule }) => ({
          client_place: clientPlace,
          server_place: serverPlace,
          protocol,
          port,
          verdict,
          rule,
        })),
      );
    }
    return await use(table);
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}
