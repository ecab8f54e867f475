import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../kernel/errors';
import { FLOW_COLUMNS, type FlowColumnName } from '../model/flow';
import type { RowBatches } from '../model/rows';
import type { Segment } from '../store';

/** Beside each `<id>.rows`: what it holds. A segment counts from the moment this exists. */
const manifestSchema = z.strictObject({
  schema: z.literal(1),
  rows: z.int().positive(),
  bytes: z.int().positive(),
  layout: z.array(z.enum(FLOW_COLUMNS.map(({ name }) => name) as [FlowColumnName, ...FlowColumnName[]])).min(1),
});

export interface SpooledSegment extends Segment {
  readonly bytes: number;
}

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
  remove(segment: SpooledSegment): Promise<void>;
  setAside(segment: SpooledSegment): Promise<void>;
}

export function createSpool(folder: string): Spool {
  let backlog = 0;
  const aside = join(folder, 'aside');
  const manifestOf = (id: string) => join(folder, `${id}.json`);
  const rowsOf = (id: string) => join(folder, `${id}.rows`);

  const read = async (id: string): Promise<SpooledSegment> => {
    const { rows, bytes, layout } = manifestSchema.parse(JSON.parse(await readFile(manifestOf(id), 'utf8')));
    const { size } = await stat(rowsOf(id));
    if (size !== bytes) throw new Error(`rows file has ${size} bytes, its manifest says ${bytes}`);
    return { id, path: rowsOf(id), layout, rows, bytes };
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
      backlog = segments.reduce((sum, { bytes }) => sum + bytes, 0);
      return { segments, aside: failed };
    },
    async write(batches, name = randomUUID) {
      const segments: SpooledSegment[] = [];
      for (const batch of batches.filled()) {
        const id = name();
        const { layout } = batch;
        const { bytes, rows } = batch.take();
        await writeSynced(rowsOf(id), bytes);
        const manifest = { schema: 1, rows, bytes: bytes.length, layout };
        await writeSynced(`${manifestOf(id)}.new`, Buffer.from(JSON.stringify(manifest)));
        await rename(`${manifestOf(id)}.new`, manifestOf(id));
        backlog += bytes.length;
        segments.push({ id, path: rowsOf(id), layout, rows, bytes: bytes.length });
      }
      if (segments.length > 0) await syncFolder(folder);
      return segments;
    },
    async remove({ id, bytes }) {
      // The manifest goes first: a crash in between leaves rows that do not count, not a manifest without rows.
      await rm(manifestOf(id), { force: true });
      await rm(rowsOf(id), { force: true });
      backlog -= bytes;
    },
    async setAside({ id, bytes }) {
      await moveAside(id);
      backlog -= bytes;
    },
  };
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
