import { lstat, opendir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isUnfinished } from './file-name';

export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds, with the fraction the file system keeps. */
  readonly mtimeMs: number;
}

export interface ScanOptions {
  readonly matches: (name: string) => boolean;
  readonly recursive: boolean;
  /** A folder that is not entered: where taken files go. */
  readonly except?: string;
  /** Files, at most. */
  readonly limit: number;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  /** There are more than `limit`; which ones are missing is up to the file system. */
  readonly cut: boolean;
  /** Folders below that could not be read, or no longer to their end. */
  readonly unreadable: readonly string[];
}

/** Deeper folders than any rotation scheme makes are taken for a mistake, such as a bind mount in itself. */
const DEEPEST = 16;

/**
 * The finished, non-empty regular files of a folder. Symbolic links are not followed, whatever they point at: a link
 * in the folder's own tree is listed under its own name, and any other would let whoever can write here have any file
 * read. The folder itself may be one.
 *
 * @throws what `opendir` throws for the folder itself
 */
export async function scanFolder(root: string, options: ScanOptions): Promise<Scan> {
  const files: FoundFile[] = [];
  const unreadable: string[] = [];
  const except = options.except === undefined ? undefined : resolve(options.except);

  const walk = async (folder: string, relative: string, depth: number): Promise<boolean> => {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (isUnfinished(entry.name)) continue;
      if (entry.isDirectory()) {
        if (!options.recursive || depth >= DEEPEST || resolve(path) === except) continue;
        try {
          if (!(await walk(path, name, depth + 1))) return false;
        } catch {
          unreadable.push(name);
        }
        continue;
      }
      if (!entry.isFile() || !options.matches(entry.name)) continue;
      if (files.length >= options.limit) return false;
      const stat = await lstat(path).catch(() => undefined);
      if (stat?.isFile() && stat.size > 0) files.push({ name, path, size: stat.size, mtimeMs: stat.mtimeMs });
    }
    return true;
  };

  return { cut: !(await walk(root, '', 0)), files, unreadable };
}

/** The order of writing, as far as times tell; names break ties, and rotated names carry their time. */
export function byAge(a: FoundFile, b: FoundFile): number {
  return a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1);
}
