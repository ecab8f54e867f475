import { statfs } from 'node:fs/promises';
import { WayleaveError } from '../kernel/errors';

/** Left free for the engine: it merges parts by writing them anew, and stops taking inserts on a full disk. */
const FLOOR_BYTES = 1024 ** 3;

/** Free bytes, for this user, of the file system a folder is on. */
export type FreeBytes = (folder: string) => Promise<number>;

const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * @param wanted bytes about to be written, as far as known
 * @throws WayleaveError `no-space`, retriable, when less than 1 GiB would be left
 */
export async function requireSpace(folder: string, wanted: number, free: FreeBytes = freeBytes): Promise<void> {
  const left = (await free(folder)) - wanted;
  if (left >= FLOOR_BYTES) return;
  throw new WayleaveError(`${wanted} bytes more would leave less than 1 GiB free under ${folder}`, {
    code: 'no-space',
    retriable: true,
    where: { folder, wanted },
  });
}
