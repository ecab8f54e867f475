import { crc32c } from '@node-rs/crc32';
import { close, fsync, open, read, rename, rm, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const CHUNK_BYTES = 4 * 1024 * 1024;

const openFile = promisify(open);
const closeFile = promisify(close);
const readSome = promisify(read);
const sync = promisify(fsync);
const move = promisify(rename);
const remove = promisify(rm);

/** What was appended to a file that can still be read through its descriptor, though it may not be on disk. */
export interface AppendedRows {
  readonly fd: number;
  readonly bytes: number;
  readonly crc32c: number;
}

/**
 * Writes rows anew, syncs them, and puts them in the place of the file that the disk failed to take. The kernel may have
 * kept what it could not write, or given it up: the checksum of what was appended tells.
 *
 * @returns the descriptor of the new file; undefined, and nothing is changed, when the rows are gone
 * @throws Error of the file system when the copy could not be written; nothing is changed then
 */
export async function copyRows(rows: AppendedRows, path: string): Promise<number | undefined> {
  const fresh = `${path}.new`;
  const fd = await openFile(fresh, 'w+', 0o600);
  try {
    const intact = await copyInto(fd, rows);
    if (intact) {
      await sync(fd);
      await move(fresh, path);
      return fd;
    }
  } catch (error) {
    await giveUp(fd, fresh);
    throw error;
  }
  await giveUp(fd, fresh);
  return undefined;
}

/** @returns false when the rows cannot be read, or are not those that were appended */
async function copyInto(to: number, { fd, bytes, crc32c: expected }: AppendedRows): Promise<boolean> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes));
  let sum = 0;
  for (let at = 0; at < bytes;) {
    const bytesRead = await readBack(fd, chunk.subarray(0, bytes - at), at);
    if (bytesRead === 0) return false;
    const part = chunk.subarray(0, bytesRead);
    sum = crc32c(part, sum);
    for (let done = 0; done < part.length;) done += writeSync(to, part, done, part.length - done, at + done);
    at += part.length;
  }
  return sum === expected;
}

/** @returns 0 where there is nothing left to read: what the disk cannot give back now it never will */
async function readBack(fd: number, into: Buffer, at: number): Promise<number> {
  try {
    return (await readSome(fd, into, 0, into.length, at)).bytesRead;
  } catch {
    return 0;
  }
}

async function giveUp(fd: number, path: string): Promise<void> {
  await closeFile(fd).catch(() => undefined);
  await remove(path, { force: true }).catch(() => undefined);
}
