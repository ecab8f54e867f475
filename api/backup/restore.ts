import { mkdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Space } from '../../ingest/spool';
import { attachParts, createTables, migrate, NEWEST_SCHEMA, openEmbedded, type Store } from '../../ingest/store';
import type { Report } from '../jobs';
import { copyFile, isVacant, syncFolder } from './files';
import { STATE } from './state';
import { badBackup, readListing, readManifest, type Manifest } from './manifest';

const MIB = 2 ** 20;

export interface RestoreDeps {
  readonly space: Space;
  readonly report: Report;
}

export interface RestoreSummary extends Manifest {
  readonly data: string;
  /** Names of the migrations that brought an older schema up to date. */
  readonly migrated: readonly string[];
  /** Tables in the backup that are none of Wayleave's: verified and left out. */
  readonly ignored: readonly string[];
}

/**
 * Makes a data directory from a backup. It is built beside its place, every file being checked as it is copied, and put
 * there by one rename: killed at any point, this leaves the whole directory or none.
 *
 * @param data vacant, and not a mount point
 * @throws WayleaveError `not-empty`, `mount-point`, `backup-newer`, `bad-backup` (naming the file), `no-space`, and what
 *   opening a store throws
 */
export async function restore(backup: string, data: string, deps: RestoreDeps): Promise<RestoreSummary> {
  // Where a link leads: a rename would replace the link.
  const target = await realpath(data).catch(() => resolve(data));
  const manifest = await readManifest(backup);
  requireKnown(manifest);
  await requireVacant(target);
  await mkdir(dirname(target), { recursive: true });
  await deps.space.require(dirname(target), manifest.bytes);
  const building = join(dirname(target), `.${basename(target)}.restoring`);
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { mode: 0o700 });
  try {
    await requireReplaceable(target, building);
    const built = await build(backup, building, manifest, deps.report);
    await syncFolder(building);
    await rename(building, target);
    await syncFolder(dirname(target));
    return { data, ...manifest, ...built };
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  }
}

function requireKnown({ schema, wayleave }: Manifest): void {
  if (schema <= NEWEST_SCHEMA) return;
  throw new WayleaveError(
    `the backup was made by Wayleave ${wayleave} (schema ${schema}, this one knows ${NEWEST_SCHEMA}): upgrade Wayleave`,
    { code: 'backup-newer', where: { schema } },
  );
}

async function requireVacant(target: string): Promise<void> {
  if (await isVacant(target)) return;
  throw new WayleaveError(
    `${target} is not empty: nothing is restored over what is there. Move it away, or name another directory with --data`,
    { code: 'not-empty', where: { directory: target } },
  );
}

/** Puts one empty folder in the place of another, as the whole directory will be: a mount point does not let go. */
async function requireReplaceable(target: string, building: string): Promise<void> {
  try {
    await rename(building, target);
  } catch (cause) {
    if (!MOUNTED.has(codeOf(cause))) throw cause;
    throw new WayleaveError(
      `${target} is a mount point, where no finished directory can be put. Name a folder in it: --data ${join(target, 'data')}`,
      { code: 'mount-point', where: { directory: target }, cause },
    );
  }
  await rename(target, building);
}

const MOUNTED = new Set(['EBUSY', 'EXDEV']);

async function build(
  backup: string,
  building: string,
  manifest: Manifest,
  report: Report,
): Promise<Pick<RestoreSummary, 'migrated' | 'ignored'>> {
  const store = openEmbedded(building);
  try {
    return await fill(store, backup, building, manifest, report);
  } finally {
    await store.close();
  }
}

async function fill(
  store: Store,
  backup: string,
  building: string,
  manifest: Manifest,
  report: Report,
): Promise<Pick<RestoreSummary, 'migrated' | 'ignored'>> {
  const detached = await createTables(store, manifest.schema);
  /** Where a listed file goes; nowhere when it is of a table that is not ours. */
  const placeOf = (path: string): string | undefined => {
    const [kind, name = '', ...rest] = path.split('/');
    if (kind === 'state' && STATE.has(name)) return join(building, name, ...rest);
    if (kind !== 'tables') throw badBackup(join(backup, path), 'a data directory has no such file');
    const table = detached.get(name);
    return table && join(table, ...rest);
  };
  await copyAll(backup, placeOf, manifest, report);
  const ignored: string[] = [];
  for (const { name, rows } of manifest.tables) {
    if (!detached.has(name)) ignored.push(name);
    else {
      const found = await attachParts(store, name);
      if (found !== rows)
        throw badBackup(join(backup, 'tables', name), `holds ${found} rows, its manifest says ${rows}`);
    }
  }
  return { migrated: await migrate(store), ignored };
}

const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

async function copyAll(
  backup: string,
  placeOf: (path: string) => string | undefined,
  manifest: Manifest,
  report: Report,
): Promise<void> {
  let files = 0;
  let bytes = 0;
  for await (const { path, sha256 } of readListing(backup)) {
    report(Math.floor(bytes / MIB), Math.ceil(manifest.bytes / MIB), `MiB, ${dirname(path)}`);
    const file = join(backup, path);
    const copied = await copyFile(file, placeOf(path)).catch((error: unknown) => {
      throw NO_FILE.has(codeOf(error)) ? badBackup(file, messageOf(error)) : error;
    });
    if (copied.sha256 !== sha256) throw badBackup(file, 'it is not what was written: its SHA-256 differs');
    files++;
    bytes += copied.bytes;
  }
  if (files !== manifest.files || bytes !== manifest.bytes)
    throw badBackup(
      backup,
      `${files} files of ${bytes} bytes, its manifest says ${manifest.files} of ${manifest.bytes}`,
    );
}
