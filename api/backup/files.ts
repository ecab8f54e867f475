import { createHash } from 'node:crypto';
import { mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../../ingest/kernel/errors';

const CHUNK_BYTES = 1024 * 1024;

export interface Copied {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Reads a file to its end and, where a place is named, leaves a copy there that only its owner reads, synced to disk. */
export async function copyFile(from: string, to?: string): Promise<Copied> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const source = await open(from, 'r');
  try {
    const copy = to === undefined ? undefined : await create(to);
    try {
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, bytes);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        if (copy) await writeWhole(copy, chunk, bytes);
        bytes += bytesRead;
      }
      await copy?.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await copy?.close();
    }
  } finally {
    await source.close();
  }
}

async function writeWhole(file: FileHandle, chunk: Buffer, from: number): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await file.write(chunk, at, chunk.length - at, from + at)).bytesWritten;
}

async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, 'wx', 0o600);
}

/** Paths of the plain files below a folder, relative to it, with `/` between; none when there is no such folder. */
export async function* filesIn(folder: string, below = ''): AsyncGenerator<string> {
  for (const entry of await entriesOf(join(folder, below))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(folder, path);
    else if (entry.isFile()) yield path;
  }
}

export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for await (const path of filesIn(folder)) bytes += (await stat(join(folder, path))).size;
  return bytes;
}

/** Whether there is nothing at a path, or a folder with nothing in it. */
export async function isVacant(path: string): Promise<boolean> {
  return (await entriesOf(path)).length === 0;
}

async function entriesOf(folder: string) {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** So that names that were given in it last. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
