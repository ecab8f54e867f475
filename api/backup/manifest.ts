import { createReadStream } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { codeOf, messageOf, WayleaveError } from '../../ingest/kernel/errors';
import { copyFile, syncFolder } from './files';

/** Written last: a folder without it is not a backup. */
const MANIFEST = 'backup.json';
/** In the format of `sha256sum`, so that a backup can be checked without Wayleave. */
export const LISTING = 'SHA256SUMS';

/** A few hundred bytes for each table. */
const MANIFEST_BYTES = 1024 * 1024;

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  format: z.literal(1),
  wayleave: z.string(),
  schema: z.int().positive(),
  /** ClickHouse version. */
  engine: z.string(),
  created: z.iso.datetime(),
  tables: z.array(z.object({ name: z.string().regex(/^\w+$/), rows: count })),
  files: count,
  bytes: count,
  /** SHA-256 of the listing. */
  listing: sha256,
});

export type Manifest = z.output<typeof manifestSchema>;

export interface ListedFile {
  /** Relative to the folder, with `/` between; checked to stay in it. */
  readonly path: string;
  readonly sha256: string;
}

/** The engine escapes everything else in the names of parts and columns. */
const LINE = /^([0-9a-f]{64}) {2}((?:[\w%~@-][\w.%~@-]*)(?:\/[\w%~@-][\w.%~@-]*)*)$/;

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, MANIFEST);
  const file = await open(`${path}.new`, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(folder);
}

/** Whether a backup came to its end there. */
export async function isWhole(folder: string): Promise<boolean> {
  return stat(join(folder, MANIFEST)).then(
    () => true,
    () => false,
  );
}

/** @throws WayleaveError `bad-backup` when a folder is not a whole backup, or its listing is not the one written */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = await parseManifest(join(folder, MANIFEST));
  const listing = await copyFile(join(folder, LISTING)).catch((error: unknown) => {
    throw badBackup(join(folder, LISTING), messageOf(error));
  });
  if (listing.sha256 !== manifest.listing) throw badBackup(join(folder, LISTING), 'it is not what was written');
  return manifest;
}

async function parseManifest(path: string): Promise<Manifest> {
  try {
    if ((await stat(path)).size > MANIFEST_BYTES) throw new Error(`larger than ${MANIFEST_BYTES} bytes`);
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      throw badBackup(path, 'it is missing, so this is no backup, or one that was broken off');
    throw badBackup(path, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
}

/** @throws WayleaveError `bad-backup` at a line that names no file inside the folder */
export async function* readListing(folder: string): AsyncGenerator<ListedFile> {
  const path = join(folder, LISTING);
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number++;
    const [, sum, file] = LINE.exec(line) ?? [];
    if (sum === undefined || file === undefined) throw badBackup(path, `line ${number} names no file of a backup`);
    yield { path: file, sha256: sum };
  }
}

export function badBackup(file: string, reason: string): WayleaveError {
  return new WayleaveError(`the backup cannot be used: ${file}: ${reason}`, { code: 'bad-backup', where: { file } });
}
