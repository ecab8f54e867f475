import { open, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { WayleaveError } from '../../ingest/kernel/errors';
import type { Clock } from '../../ingest/kernel/time';
import type { Space } from '../../ingest/spool';
import { freeze, thaw, type Frozen, type Store } from '../../ingest/store';
import { version } from '../../package.json';
import type { Report } from '../jobs';
import { bytesIn, copyFile, filesIn, isVacant, syncFolder } from './files';
import { LISTING, writeManifest, type Manifest } from './manifest';
import { linkState } from './state';
import type { Turns } from './turns';

const MIB = 2 ** 20;

export interface BackupSource {
  /** Embedded. */
  readonly store: Store;
  /** Its data directory. */
  readonly data: string;
  /** Those in which segments are delivered to the store. */
  readonly turns: Turns;
}

export interface BackupDeps {
  readonly space: Space;
  readonly clock: Clock;
  readonly report: Report;
  /** Breaks it off between two files. */
  readonly signal?: AbortSignal;
}

export interface BackupSummary extends Manifest {
  readonly folder: string;
}

/** Files of one kind: where they are, and what the backup calls the folder they are in. */
interface Root {
  readonly from: string;
  readonly as: string;
}

/**
 * Copies a data directory, in use or not, into a folder. Everything is taken as of one moment: no segment is being
 * delivered, the spool is linked and then all tables are frozen; the copying comes after and holds nobody up.
 *
 * @param folder vacant; emptied again when the backup fails
 * @throws WayleaveError `not-empty`, `no-space`, `nothing-stored`
 */
export async function backUp(source: BackupSource, folder: string, deps: BackupDeps): Promise<BackupSummary> {
  if (!(await isVacant(folder)))
    throw new WayleaveError(`${folder} is not empty: a backup takes a folder of its own`, {
      code: 'not-empty',
      where: { folder },
    });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stage = join(source.data, 'snapshot');
  await rm(stage, { recursive: true, force: true });
  try {
    const created = deps.clock().toISOString();
    const frozen = await source.turns(async () => {
      await linkState(source.data, stage);
      return freeze(source.store);
    });
    const files = await copyAll(rootsOf(frozen, stage), folder, deps);
    const { schema, engine } = frozen;
    const tables = frozen.tables.map(({ name, rows }) => ({ name, rows }));
    const manifest: Manifest = { format: 1, wayleave: version, schema, engine, created, tables, ...files };
    await writeManifest(folder, manifest);
    return { folder, ...manifest };
  } catch (error) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  } finally {
    await rm(stage, { recursive: true, force: true });
    // The next backup thaws what cannot be thawed now; why this one failed is to be heard.
    await thaw(source.store).catch(() => undefined);
  }
}

function rootsOf({ tables }: Frozen, stage: string): Root[] {
  const parts = tables.map(({ name, folder }) => ({ from: folder, as: `tables/${name}` }));
  return [{ from: stage, as: 'state' }, ...parts];
}

async function copyAll(
  roots: readonly Root[],
  folder: string,
  { space, report, signal }: BackupDeps,
): Promise<Pick<Manifest, 'files' | 'bytes' | 'listing'>> {
  let total = 0;
  for (const { from } of roots) total += await bytesIn(from);
  await space.require(folder, total);
  const listing = await open(join(folder, LISTING), 'wx', 0o600);
  const listed = createHash('sha256');
  let files = 0;
  let bytes = 0;
  try {
    for (const { from, as } of roots) {
      for await (const path of filesIn(from)) {
        signal?.throwIfAborted();
        report(Math.floor(bytes / MIB), Math.ceil(total / MIB), `MiB, ${as}`);
        const copied = await copyFile(join(from, path), join(folder, as, path));
        const line = `${copied.sha256}  ${as}/${path}\n`;
        await listing.write(line);
        listed.update(line);
        files++;
        bytes += copied.bytes;
      }
    }
    await listing.sync();
  } finally {
    await listing.close();
  }
  await syncFolder(folder);
  return { files, bytes, listing: listed.digest('hex') };
}
