import { randomUUID } from 'node:crypto';
import type { Store } from './store';

type Statements = Pick<Store, 'query' | 'command'>;

const PREFIX = 'staged_lines_';
/** Nobody reads lines for so long. */
const ABANDONED_HOURS = 24;

/** A server cannot read our files, and `input()` can be read only once: the lines are staged, in file order. */
export async function withStagedLines<T>(
  store: Statements,
  fill: (table: string) => Promise<void>,
  use: (table: string) => Promise<T>,
): Promise<T> {
  const table = `${PREFIX}${randomUUID().replaceAll('-', '')}`;
  await store.command(`CREATE TABLE ${table} (line String) ENGINE = Log`);
  try {
    await fill(table);
    return await use(table);
  } finally {
    // It may be the server that went away; then the next start takes it out.
    await store.command(`DROP TABLE IF EXISTS ${table} SYNC`).catch(() => undefined);
  }
}

/** Takes out what processes left that were killed, and leaves what another one may still be reading. */
export async function dropAbandonedLines(store: Statements): Promise<void> {
  const abandoned = await store.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '${PREFIX}')
     AND metadata_modification_time < now() - INTERVAL ${ABANDONED_HOURS} HOUR`,
  );
  for (const { name } of abandoned) await store.command(`DROP TABLE IF EXISTS ${name} SYNC`);
}
