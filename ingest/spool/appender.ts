import { randomUUID } from 'node:crypto';
import { close, fsync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FlowColumnName } from '../model/flow';
import type { RowBatch, RowBatches } from '../model/rows';
import { rowsFile, syncFolder, writeManifest, type SpooledSegment } from './manifest';

const sync = promisify(fsync);
const closeFile = promisify(close);

/** Files open at once: a layout each, and an exporter can announce thousands. */
const MOST_OPEN = 128;

/** Writes segments of a spool bit by bit, for rows that come in a steady stream. */
export interface Appender {
  /** Bytes appended that no seal has answered for yet. */
  readonly unsealed: number;
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
}

/** @param folder of a spool that is open, here or in another thread */
export function createAppender(folder: string): Appender {
  let byLayout = new Map<string, OpenSegment>();
  let unsealed = 0;
  let sealing: Promise<unknown> = Promise.resolve();
  /** Displaced by newer layouts, or not sealed because the disk refused. */
  let due: OpenSegment[] = [];

  const segmentFor = ({ layout }: RowBatch): OpenSegment => {
    const key = layout.join();
    const known = byLayout.get(key);
    if (known) return known;
    if (byLayout.size >= MOST_OPEN) {
      due.push(...byLayout.values());
      byLayout = new Map();
    }
    const id = randomUUID();
    const opened = { id, fd: openSync(rowsFile(folder, id), 'wx', 0o600), layout, rows: 0, bytes: 0 };
    byLayout.set(key, opened);
    return opened;
  };

  const finish = async ({ id, fd, layout, rows, bytes }: OpenSegment): Promise<SpooledSegment> => {
    const segment = { id, path: rowsFile(folder, id), layout, rows, bytes };
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
    append(batches) {
      for (const batch of batches.filled()) {
        const segment = segmentFor(batch);
        writeWhole(segment, batch.bytes.subarray(0, batch.used));
        segment.bytes += batch.used;
        segment.rows += batch.rows;
        unsealed += batch.used;
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

function writeWhole({ fd, bytes: from }: OpenSegment, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, from + at);
  } catch (error) {
    // Half a row at the end would make the whole segment unreadable.
    ftruncateSync(fd, from);
    throw error;
  }
}
