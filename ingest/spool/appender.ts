import { randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { close, fsync, ftruncateSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FlowColumnName } from '../model/flow';
import type { RowBatch, RowBatches } from '../model/rows';
import { manifestFile, openManifest, rowsFile, syncFolder, writeManifest, type SpooledSegment } from './manifest';

const sync = promisify(fsync);
const closeFile = promisify(close);

/** Files open at once: a layout each, and an exporter can announce thousands. */
const MOST_OPEN = 128;
/** A segment becomes one block in the engine's memory, several times as large there. */
const FULL_BYTES = 64 * 1024 * 1024;

/** Writes segments of a spool bit by bit, for rows that come in a steady stream. */
export interface Appender {
  /** Bytes appended that no seal has answered for yet. */
  readonly unsealed: number;
  /** A segment is as large as they get, so it is time for a seal. */
  readonly full: boolean;
  /**
   * Moves what the batches hold to the open segments, one a layout, and clears them. It blocks, for about a millisecond
   * per 4 MiB, because it must not wait for the thread pool: the embedded engine can hold all of that for as long as
   * its queries take. The memory of the batches is used again, so that a stream of rows makes no garbage.
   *
   * @throws Error of the file system; what could not be written stays in its batch, whole
   */
  append(batches: RowBatches): void;
  /** Syncs the open segments to disk and makes them count. Rows that are appended meanwhile go to new ones. */
  seal(): Promise<SpooledSegment[]>;
}

interface OpenSegment {
  readonly id: string;
  readonly fd: number;
  readonly layout: readonly FlowColumnName[];
  rows: number;
  bytes: number;
  crc32c: number;
}

/** @param folder of a spool that is open, here or in another thread */
export function createAppender(folder: string): Appender {
  let byLayout = new Map<string, OpenSegment>();
  let unsealed = 0;
  let sealing: Promise<unknown> = Promise.resolve();
  /** Displaced by newer layouts, full, or not sealed because the disk refused. */
  let due: OpenSegment[] = [];

  const segmentFor = ({ layout }: RowBatch): OpenSegment => {
    const key = layout.join();
    const known = byLayout.get(key);
    if (known && known.bytes < FULL_BYTES) return known;
    if (known) {
      due.push(known);
      byLayout.delete(key);
    } else if (byLayout.size >= MOST_OPEN) {
      due.push(...byLayout.values());
      byLayout = new Map();
    }
    const opened = openSegment(folder, layout);
    byLayout.set(key, opened);
    return opened;
  };

  const finish = async ({ fd, ...written }: OpenSegment): Promise<SpooledSegment> => {
    const segment = { ...written, path: rowsFile(folder, written.id), sealed: Date.now() };
    await sync(fd);
    await writeManifest(folder, segment);
    await closeFile(fd).catch(() => undefined);
    return segment;
  };

  const takeFilled = (): OpenSegment[] => {
    const filled = [...due, ...byLayout.values()].filter(({ rows }) => rows > 0);
    byLayout = new Map([...byLayout].filter(([, { rows }]) => rows === 0));
    due = [];
    return filled;
  };

  const finishAll = async (filled: readonly OpenSegment[]): Promise<SpooledSegment[]> => {
    const sealed: SpooledSegment[] = [];
    try {
      for (const segment of filled) sealed.push(await finish(segment));
    } catch (error) {
      due.push(...filled.slice(sealed.length));
      // What is sealed must be handed over; the next seal meets the failure again.
      if (sealed.length === 0) throw error;
    }
    if (sealed.length > 0) await syncFolder(folder);
    unsealed -= sealed.reduce((sum, { bytes }) => sum + bytes, 0);
    return sealed;
  };

  return {
    get unsealed() {
      return unsealed;
    },
    get full() {
      return due.length > 0 || [...byLayout.values()].some(({ bytes }) => bytes >= FULL_BYTES);
    },
    append(batches) {
      for (const batch of batches.filled()) {
        const segment = segmentFor(batch);
        const bytes = batch.bytes.subarray(0, batch.used);
        writeWhole(segment, bytes);
        segment.bytes += bytes.length;
        segment.rows += batch.rows;
        segment.crc32c = crc32c(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), segment.crc32c);
        unsealed += bytes.length;
        batch.clear();
      }
    },
    seal() {
      const filled = takeFilled();
      const sealed = sealing.then(() => finishAll(filled));
      sealing = sealed.catch(() => undefined);
      return sealed;
    },
  };
}

function openSegment(folder: string, layout: readonly FlowColumnName[]): OpenSegment {
  const id = randomUUID();
  writeFileSync(manifestFile(folder, id), openManifest(layout), { mode: 0o600 });
  try {
    return { id, fd: openSync(rowsFile(folder, id), 'wx', 0o600), layout, rows: 0, bytes: 0, crc32c: 0 };
  } catch (error) {
    rmSync(manifestFile(folder, id), { force: true });
    throw error;
  }
}

function writeWhole({ fd, bytes: from }: OpenSegment, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, from + at);
  } catch (error) {
    // Half a row at the end would make the whole segment unreadable.
    ftruncateSync(fd, from);
    throw error;
  }
}
