import type { FoundFile } from './scan';

/**
 * Which files have not changed in size or time for a while, as we saw it ourselves: comparing a file's time with our
 * clock would trust the clock of whoever wrote it, or of the NFS server.
 */
export interface Stillness {
  /** Files of this look, at `now` (epoch milliseconds), that were the same at every look since `settleMs` ago. */
  settled(files: readonly FoundFile[], now: number): FoundFile[];
}

export function createStillness(settleMs: number): Stillness {
  let seen = new Map<string, { readonly size: number; readonly mtimeMs: number; readonly since: number }>();
  return {
    settled(files, now) {
      const next: typeof seen = new Map();
      const still = files.filter(({ name, size, mtimeMs }) => {
        const before = seen.get(name);
        const same = before !== undefined && before.size === size && before.mtimeMs === mtimeMs;
        const since = same ? before.since : now;
        next.set(name, { size, mtimeMs, since });
        return now - since >= settleMs;
      });
      seen = next;
      return still;
    },
  };
}
