import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Clock } from '../../ingest/kernel/time';
import type { Space } from '../../ingest/spool';
import type { Report } from '../jobs';
import { backUp, type BackupSource, type BackupSummary } from './backup';
import { isWhole } from './manifest';

/** Backups that a running server makes of itself, each in a folder of `backups` in its data directory. */
export interface Backups {
  /** @throws WayleaveError `server-store`, `no-space`, `nothing-stored` */
  create(report: Report): Promise<BackupSummary>;
  /** Breaks off what is under way. A store must not be closed before this has resolved. */
  stop(): Promise<void>;
}

export interface BackupsDeps {
  readonly space: Space;
  readonly clock: Clock;
}

export function createBackups(source: BackupSource, { space, clock }: BackupsDeps): Backups {
  const folder = join(source.data, 'backups');
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  const make = async (report: Report): Promise<BackupSummary> => {
    await clearBroken(folder);
    const name = clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '-');
    return backUp(source, join(folder, name), { space, clock, report, signal: stopping.signal });
  };

  return {
    async create(report) {
      requireEmbedded(source.store.kind);
      const made = make(report);
      running = made.catch(() => undefined);
      return made;
    },
    async stop() {
      stopping.abort(
        new WayleaveError('the server was stopped before the backup was whole', { code: 'stopped', retriable: true }),
      );
      await running;
    },
  };
}

/** @throws WayleaveError `server-store` */
export function requireEmbedded(kind: 'embedded' | 'server'): void {
  if (kind === 'embedded') return;
  throw new WayleaveError(
    'the tables are in a ClickHouse server, which backs them up itself: BACKUP DATABASE … there, after a copy of the ' +
      'spool, templates.json and watch of the data directory. api/docs/backup.md says how',
    { code: 'server-store' },
  );
}

const NAMED_BY_CLOCK = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/;

/** What a process left that was killed while it made a backup. */
async function clearBroken(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (NAMED_BY_CLOCK.test(name) && !(await isWhole(path))) await rm(path, { recursive: true, force: true });
  }
}
