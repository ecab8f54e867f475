import { crc32c } from '@node-rs/crc32';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { codeOf } from '../kernel/errors';
import { countRows } from '../model/row-walker';
import { manifestFile, readManifest, rowsFile, syncFolder, writeManifest } from './manifest';

/**
 * Seals the segments that a thread was appending to when it died, up to their last whole row: what UDP brought will not
 * come again. For the process that the thread belonged to only, and while nobody appends to the folder: after a crash of
 * the whole machine a file can have the right length and hold zeros.
 *
 * @returns rows that count now
 */
export async function sealAbandoned(folder: string): Promise<number> {
  let sealed = 0;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue;
    const id = name.slice(0, -'.json'.length);
    const manifest = await readManifest(folder, id).catch(() => undefined);
    // One that cannot be sealed must not keep the others; the next start sets it aside.
    if (manifest && 'open' in manifest) sealed += await sealOne(folder, id, manifest.layout).catch(() => 0);
  }
  if (sealed > 0) await syncFolder(folder);
  return sealed;
}

async function sealOne(folder: string, id: string, layout: Parameters<typeof countRows>[1]): Promise<number> {
  const path = rowsFile(folder, id);
  const bytes = await readFile(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return Buffer.alloc(0);
  });
  const { rows, used } = countRows(bytes, layout);
  if (rows === 0) {
    await rm(manifestFile(folder, id), { force: true });
    await rm(path, { force: true });
    return 0;
  }
  const file = await open(path, 'r+');
  try {
    await file.truncate(used);
    await file.sync();
  } finally {
    await file.close();
  }
  const sum = crc32c(bytes.subarray(0, used));
  await writeManifest(folder, { id, rows, bytes: used, crc32c: sum, layout, sealed: Date.now() });
  return rows;
}
