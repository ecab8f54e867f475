import { randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, messageOf, WayleaveError } from '../kernel/errors';
import { countRows } from '../model/row-walker';
import type { RowBatches } from '../model/rows';
import {
  badSegment,
  manifestFile,
  readManifest,
  rowsFile,
  syncFolder,
  writeManifest,
  writeSynced,
  type SpooledSegment,
} from './manifest';

/** A segment that will never be loaded as it is. */
export interface SetAside {
  readonly segment: string;
  readonly reason: string;
  /** As its manifest says or as far as they can be counted; undefined when it does not even say what they look like. */
  readonly rows: number | undefined;
}

export interface SpoolContents {
  /** The oldest first. */
  readonly segments: readonly SpooledSegment[];
  readonly aside: readonly SetAside[];
  /** What stays where it is, to be looked at again at the next start: written by a newer Wayleave, or not readable now. */
  readonly left: readonly { readonly segment: string; readonly reason: string }[];
}

/**
 * A folder of rows that are decoded but not yet in ClickHouse. A segment is its rows and a manifest, both synced to
 * disk before `write` returns, so what was written survives a crash.
 */
export interface Spool {
  readonly folder: string;
  /** Bytes waiting. */
  readonly backlog: number;
  /** When the segment that waits longest was sealed, in epoch milliseconds. */
  readonly oldest: number | undefined;
  /** Finds what an earlier process left; what cannot be loaded is set aside under `aside/`, with the reason. */
  open(): Promise<SpoolContents>;
  /**
   * Writes every filled batch as a segment and clears it. `name` gives ids that a repeated upload gives again; what is
   * waiting under such an id already is left as it is, and not among the segments returned. All are written or none.
   */
  write(batches: RowBatches, name?: () => string): Promise<SpooledSegment[]>;
  /** Takes charge of segments that an appender wrote here, maybe in another thread. */
  adopt(segments: readonly SpooledSegment[]): void;
  /** Takes charge of the whole segments that are here and that nobody told of: their writer is dead. */
  adoptOrphans(): Promise<SpooledSegment[]>;
  remove(segment: SpooledSegment): Promise<void>;
  setAside(segment: SpooledSegment, reason: string): Promise<void>;
}

export function createSpool(folder: string): Spool {
  /** In our charge, in the order in which they came. */
  const known = new Map<string, SpooledSegment>();
  const aside = join(folder, 'aside');
  let backlog = 0;

  const adopt = (segments: readonly SpooledSegment[]): void => {
    for (const segment of segments) {
      if (known.has(segment.id)) continue;
      known.set(segment.id, segment);
      backlog += segment.bytes;
    }
  };

  const release = ({ id, bytes }: SpooledSegment): void => {
    if (known.delete(id)) backlog -= bytes;
  };

  const moveAside = async (id: string, reason: string): Promise<void> => {
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await writeFile(join(aside, `${id}.reason`), `${reason}\n`, { mode: 0o600 });
    for (const path of [`${id}.rows`, `${id}.json`])
      await rename(join(folder, path), join(aside, path)).catch(unlessMissing);
  };

  const remove: Spool['remove'] = async (segment) => {
    // The manifest goes first: a crash in between leaves rows that do not count, not a manifest without rows.
    await rm(manifestFile(folder, segment.id), { force: true });
    await rm(segment.path, { force: true });
    release(segment);
  };

  /**
   * @throws WayleaveError `bad-segment`, with the rows that are lost by it where they can be told, `segment-newer`, and
   *   what the file system throws
   */
  const read = async (id: string): Promise<SpooledSegment> => {
    const manifest = await readManifest(folder, id);
    if ('open' in manifest) {
      const bytes = await readFile(rowsFile(folder, id)).catch(unlessMissing);
      const { rows } = countRows(bytes ?? Buffer.alloc(0), manifest.layout);
      throw new LostRows(id, 'its writer ended before it was sealed', rows);
    }
    const size = (await stat(manifest.path).catch(unlessMissing))?.size ?? 0;
    if (size !== manifest.bytes)
      throw new LostRows(id, `its rows take ${size} bytes, its manifest says ${manifest.bytes}`, manifest.rows);
    return manifest;
  };

  return {
    folder,
    get backlog() {
      return backlog;
    },
    get oldest() {
      for (const { sealed } of known.values()) return sealed;
      return undefined;
    },
    async open() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = await readdir(folder);
      for (const name of names) if (/\.(json|rows)\.new$/.test(name)) await rm(join(folder, name), { force: true });
      const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
      // A manifest comes before rows that are appended, behind rows that are written at once, and goes before both: rows
      // alone are either delivered or were never acknowledged.
      const alone = names.filter((name) => name.endsWith('.rows') && !ids.includes(name.slice(0, -'.rows'.length)));
      for (const name of alone) await rm(join(folder, name), { force: true });
      const segments: SpooledSegment[] = [];
      const failed: SetAside[] = [];
      const left: { segment: string; reason: string }[] = [];
      for (const id of ids) {
        try {
          segments.push(await read(id));
        } catch (error) {
          const reason = messageOf(error);
          if (error instanceof WayleaveError && error.code === 'bad-segment') {
            failed.push({ segment: id, reason, rows: error instanceof LostRows ? error.rows : undefined });
            await moveAside(id, reason);
          } else left.push({ segment: id, reason });
        }
      }
      segments.sort((a, b) => a.sealed - b.sealed || (a.id < b.id ? -1 : 1));
      adopt(segments);
      return { segments, aside: failed, left };
    },
    async write(batches, name = randomUUID) {
      const segments: SpooledSegment[] = [];
      try {
        for (const batch of batches.filled()) {
          const id = name();
          const { layout } = batch;
          const { bytes, rows } = batch.take();
          if (known.has(id)) continue;
          const about = { id, path: rowsFile(folder, id), layout, rows, bytes: bytes.length };
          const segment: SpooledSegment = { ...about, crc32c: crc32c(bytes), sealed: Date.now() };
          segments.push(segment);
          adopt([segment]);
          await writeSynced(segment.path, bytes);
          await writeManifest(folder, segment);
        }
        if (segments.length > 0) await syncFolder(folder);
        return segments;
      } catch (error) {
        // All or nothing, so that whoever writes again does not find a part of it known.
        for (const segment of segments) await remove(segment).catch(() => release(segment));
        throw error;
      }
    },
    adopt,
    async adoptOrphans() {
      const ids = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
      const orphans: SpooledSegment[] = [];
      for (const id of ids) {
        if (known.has(id)) continue;
        // Loaded and removed since the folder was read, or cut off: then the next start sets it aside.
        const segment = await read(id).catch(() => undefined);
        if (segment && !known.has(id)) orphans.push(segment);
      }
      adopt(orphans);
      return orphans;
    },
    remove,
    async setAside(segment, reason) {
      await moveAside(segment.id, reason);
      release(segment);
    },
  };
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

class LostRows extends WayleaveError {
  constructor(
    id: string,
    reason: string,
    readonly rows: number,
  ) {
    const { message, code, where } = badSegment(id, reason);
    super(message, { code, where });
  }
}
