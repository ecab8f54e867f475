import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../kernel/errors';
import type { RowBatches } from '../model/rows';
import {
  manifestFile,
  readManifest,
  rowsFile,
  syncFolder,
  writeManifest,
  writeSynced,
  type SpooledSegment,
} from './manifest';

/**
 * A folder of rows that are decoded but not yet in ClickHouse. A segment is its rows and a manifest, both synced to
 * disk before `write` returns, so what was written survives a crash.
 */
export interface Spool {
  readonly folder: string;
  /** Bytes waiting. */
  readonly backlog: number;
  /** Finds what an earlier process left; half-written segments are set aside under `aside/`, with the reason. */
  open(): Promise<{ readonly segments: readonly SpooledSegment[]; readonly aside: readonly string[] }>;
  /** Writes every filled batch as a segment and clears it. `name` gives ids that a repeated upload gives again. */
  write(batches: RowBatches, name?: () => string): Promise<SpooledSegment[]>;
  /** Takes charge of segments that an appender wrote here, maybe in another thread. */
  adopt(segments: readonly SpooledSegment[]): void;
  /** Takes charge of the whole segments that are here and that nobody told of: their writer is dead. */
  adoptOrphans(): Promise<SpooledSegment[]>;
  remove(segment: SpooledSegment): Promise<void>;
  setAside(segment: SpooledSegment): Promise<void>;
}

export function createSpool(folder: string): Spool {
  let backlog = 0;
  /** In our charge, so that a search for orphans passes over them. */
  const known = new Set<string>();
  const aside = join(folder, 'aside');

  const read = async (id: string): Promise<SpooledSegment> => {
    const segment = await readManifest(folder, id);
    const { size } = await stat(segment.path);
    if (size !== segment.bytes) throw new Error(`rows file has ${size} bytes, its manifest says ${segment.bytes}`);
    return segment;
  };

  const adopt = (segments: readonly SpooledSegment[]): void => {
    for (const { id, bytes } of segments) {
      known.add(id);
      backlog += bytes;
    }
  };

  const release = ({ id, bytes }: SpooledSegment): void => {
    known.delete(id);
    backlog -= bytes;
  };

  const moveAside = async (id: string): Promise<void> => {
    await mkdir(aside, { recursive: true });
    for (const path of [`${id}.rows`, `${id}.json`])
      await rename(join(folder, path), join(aside, path)).catch(() => undefined);
  };

  return {
    folder,
    get backlog() {
      return backlog;
    },
    async open() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).sort();
      const ids = new Set(
        names.filter((name) => /\.(rows|json)$/.test(name)).map((name) => name.replace(/\.\w+$/, '')),
      );
      const segments: SpooledSegment[] = [];
      const failed: string[] = [];
      for (const id of ids) {
        try {
          segments.push(await read(id));
        } catch (error) {
          failed.push(`${id}: ${messageOf(error)}`);
          await moveAside(id);
        }
      }
      adopt(segments);
      return { segments, aside: failed };
    },
    async write(batches, name = randomUUID) {
      const segments: SpooledSegment[] = [];
      for (const batch of batches.filled()) {
        const id = name();
        const { layout } = batch;
        const { bytes, rows } = batch.take();
        const segment = { id, path: rowsFile(folder, id), layout, rows, bytes: bytes.length };
        await writeSynced(segment.path, bytes);
        known.add(id);
        await writeManifest(folder, segment);
        adopt([segment]);
        segments.push(segment);
      }
      if (segments.length > 0) await syncFolder(folder);
      return segments;
    },
    adopt,
    async adoptOrphans() {
      const ids = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
      const orphans: SpooledSegment[] = [];
      for (const id of ids) {
        if (known.has(id)) continue;
        known.add(id);
        // Loaded and removed since the folder was read, or cut off: then the next start sets it aside.
        const segment = await read(id).catch(() => undefined);
        if (segment) orphans.push(segment);
        else known.delete(id);
      }
      adopt(orphans);
      return orphans;
    },
    async remove(segment) {
      // The manifest goes first: a crash in between leaves rows that do not count, not a manifest without rows.
      await rm(manifestFile(folder, segment.id), { force: true });
      await rm(segment.path, { force: true });
      release(segment);
    },
    async setAside(segment) {
      await moveAside(segment.id);
      release(segment);
    },
  };
}
