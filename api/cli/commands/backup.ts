import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { openEmbedded, type Store } from '../../../ingest/store';
import { backUp, createTurns, requireEmbedded } from '../../backup';
import { spaceOf, type Config } from '../../config/config';
import { printBackup } from '../print/backup';
import type { Session } from '../session';

/**
 * Of a directory that no server holds. Only the engine is opened: nothing is loaded, migrated or expired, so the backup is
 * of what is there.
 */
export async function backup(session: Session, folder: string): Promise<void> {
  const { config } = session;
  requireEmbedded(config.store.url === undefined ? 'embedded' : 'server');
  const store = open(config);
  const bar = session.progress('backup');
  try {
    const source = { store, data: config.data, turns: createTurns() };
    const made = await backUp(source, folder, { space: spaceOf(config), clock: () => new Date(), report: bar.report });
    bar.done();
    session.answer(made, () => printBackup(made));
  } finally {
    bar.done();
    await store.close();
  }
}

function open({ data, http }: Config): Store {
  if (!existsSync(join(data, 'engine'))) {
    throw new WayleaveError(`there is no data directory at ${data}: name it with --data`, {
      code: 'nothing-stored',
      where: { directory: data },
    });
  }
  try {
    return openEmbedded(data);
  } catch (error) {
    if (!(error instanceof WayleaveError) || error.code !== 'store-locked') throw error;
    const url = `http://${http.host}:${http.port}/api/v1/backups`;
    throw new WayleaveError(
      `${data} is in use. A server backs itself up while it runs, into ${join(data, 'backups')}:\n` +
        `  curl -X POST -H "Authorization: Bearer $(cat ${join(data, 'token')})" ${url}`,
      { code: error.code, where: error.where, retriable: true, cause: error },
    );
  }
}
