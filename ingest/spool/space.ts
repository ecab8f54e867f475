import { statfs } from 'node:fs/promises';
import { WayleaveError } from '../kernel/errors';

/** Free bytes, for this user, of the file system a folder is on. */
export type FreeBytes = (folder: string) => Promise<number>;

/** Room on disk, some of which is left to the engine: it merges parts by writing them anew. */
export interface Space {
  /**
   * @param wanted bytes about to be written, as far as known
   * @throws WayleaveError `no-space`, retriable, when less than the reserve would be left
   */
  require(folder: string, wanted: number): Promise<void>;
}

/** @param reserve bytes that are left free */
export function createSpace(reserve: number, free: FreeBytes = freeBytes): Space {
  return {
    async require(folder, wanted) {
      const left = await free(folder);
      if (left - wanted >= reserve) return;
      const before = wanted > 0 ? ` before ${mebibytes(wanted)} more are written` : '';
      throw new WayleaveError(
        `${mebibytes(left)} are free under ${folder}${before}, and ${mebibytes(reserve)} are to stay free`,
        { code: 'no-space', retriable: true, where: { folder, wanted, free: left } },
      );
    },
  };
}

const freeBytes: FreeBytes = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
