import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../kernel/errors';
import type { FoundFile } from './scan';

/** What becomes of a file once it is taken. */
export type After = 'keep' | 'delete' | { readonly move: string };

/**
 * @param digest of what was taken: tells files of one name apart in the folder they are moved to
 * @throws what the file system throws; the file is then still in its place
 */
export async function dispose(file: FoundFile, digest: string, after: After): Promise<void> {
  if (after === 'keep' || !(await unchanged(file))) return;
  if (after === 'delete') return rm(file.path, { force: true });
  const wanted = join(after.move, file.name);
  await mkdir(dirname(wanted), { recursive: true });
  await move(file.path, (await exists(wanted)) ? `${wanted}.${digest.slice(0, 12)}` : wanted);
}

/** A file replaced after it was taken has flows that were not. */
async function unchanged({ path, size, mtimeMs }: FoundFile): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  return stat?.size === size && stat.mtimeMs === mtimeMs;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    // Another file system: whole under a temporary name first, so that nobody sees half a file.
    await copyFile(from, `${to}.part`, constants.COPYFILE_FICLONE);
    await rename(`${to}.part`, to);
    await rm(from);
  }
}
