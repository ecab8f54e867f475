import { randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { close, fsync, ftruncateSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { messageOf } from '../kernel/errors';
import type { FlowColumnName } from '../model/flow';
import type { RowBatch, RowBatches } from '../model/rows';
import { copyRows } from './copy-rows';
import { manifestFile, openManifest, rowsFile, syncFolder, writeManifest, type SpooledSegment } from './manifest';

/** Resolves when what was written to a file is on disk. */
type Sync = (fd: number) => Promise<void>;

const fileSync: Sync = promisify(fsync);
const closeFile = promisify(close);

/** Segments that rows are appended to at once: a layout each, and an exporter can announce thousands. */
const MOST_OPEN = 128;
/** Files held open, those that wait to be sealed among them. */
const MOST_FILES = 8 * MOST_OPEN;
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
  /**
   * Syncs the open segments to disk and makes them count. Rows that are appended meanwhile go to new ones. What the disk
   * refuses is tried again by the next call.
   */
  seal(): Promise<Sealed>;
}

export interface Sealed {
  readonly segments: readonly SpooledSegment[];
  /** Why not all that was appended before the call is safe on disk; undefined when it is. */
  readonly failure: string | undefined;
  /** Rows that the disk took and then lost. Their segments are handed over, to be set aside with the reason. */
  readonly lost: number;
}

interface OpenSegment {
  readonly id: string;
  fd: number;
  readonly layout: readonly FlowColumnName[];
  rows: number;
  bytes: number;
  crc32c: number;
  /**
   * A sync of its file failed. Linux tells of that once and drops what it could not write, so the next sync succeeds and
   * means nothing (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020): the rows have to be
   * written anew, to another file.
   */
  doubtful: boolean;
}

/** @param folder of a spool that is open, here or in another thread */
export function createAppender(folder: string, sync: Sync = fileSync): Appender {
  let byLayout = new Map<string, OpenSegment>();
  let unsealed = 0;
  let files = 0;
  let sealing: Promise<unknown> = Promise.resolve();
  /** Displaced by newer layouts, full, or not sealed because the disk refused. */
  let due: OpenSegment[] = [];

  const segmentFor = ({ layout }: RowBatch): OpenSegment => {
    const key = layout.join();
    const known = byLayout.get(key);
    if (known && known.bytes < FULL_BYTES) return known;
    if (files >= MOST_FILES) throw new Error(`${files} segments are open: the disk does not keep up`);
    if (known) {
      due.push(known);
      byLayout.delete(key);
    } else if (byLayout.size >= MOST_OPEN) {
      due.push(...byLayout.values());
      byLayout = new Map();
    }
    const opened = openSegment(folder, layout);
    files++;
    byLayout.set(key, opened);
    return opened;
  };

  const finish = async (open: OpenSegment): Promise<{ segment: SpooledSegment; intact: boolean }> => {
    let intact = true;
    if (open.doubtful) {
      const copy = await copyRows(open, rowsFile(folder, open.id));
      intact = copy !== undefined;
      if (copy !== undefined) {
        await closeFile(open.fd).catch(() => undefined);
        open.fd = copy;
        open.doubtful = false;
      }
    } else {
      // Of a write that failed, and whose rest could not be cut off then.
      ftruncateSync(open.fd, open.bytes);
      await sync(open.fd).catch((error: unknown) => {
        open.doubtful = true;
        throw error;
      });
    }
    const { id, layout, rows, bytes, crc32c: sum } = open;
    const segment = { id, layout, rows, bytes, crc32c: sum, path: rowsFile(folder, id), sealed: Date.now() };
    await writeManifest(folder, segment);
    return { segment, intact };
  };

  const closed = async ({ fd }: OpenSegment): Promise<void> => {
    await closeFile(fd).catch(() => undefined);
    files--;
  };

  const finishAll = async (filled: readonly OpenSegment[]): Promise<Sealed> => {
    const finished: { open: OpenSegment; segment: SpooledSegment }[] = [];
    let failure: string | undefined;
    let lost = 0;
    for (const open of filled) {
      try {
        const { segment, intact } = await finish(open);
        finished.push({ open, segment });
        if (!intact) lost += segment.rows;
      } catch (error) {
        failure ??= messageOf(error);
        due.push(open);
      }
    }
    try {
      if (finished.length > 0) await syncFolder(folder);
    } catch (error) {
      // Their names may be lost; writing the manifests again makes the folder's next sync one that counts.
      due.push(...finished.map(({ open }) => open));
      return { segments: [], failure: messageOf(error), lost: 0 };
    }
    for (const { open, segment } of finished) {
      await closed(open);
      unsealed -= segment.bytes;
    }
    return { segments: finished.map(({ segment }) => segment), failure, lost };
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
      const filled = [...byLayout.values()].filter(({ rows }) => rows > 0);
      byLayout = new Map([...byLayout].filter(([, { rows }]) => rows === 0));
      const sealed = sealing.then(async () => {
        // Those of an earlier call too, if it failed meanwhile: what this one answers for is all that came before it.
        const all = [...due.splice(0), ...filled];
        for (const empty of all.filter(({ rows }) => rows === 0)) {
          await closed(empty);
          remove(folder, empty.id);
        }
        return finishAll(all.filter(({ rows }) => rows > 0));
      });
      sealing = sealed.catch(() => undefined);
      return sealed;
    },
  };
}

function openSegment(folder: string, layout: readonly FlowColumnName[]): OpenSegment {
  const id = randomUUID();
  try {
    writeFileSync(manifestFile(folder, id), openManifest(layout), { mode: 0o600 });
    const fd = openSync(rowsFile(folder, id), 'wx+', 0o600);
    return { id, fd, layout, rows: 0, bytes: 0, crc32c: 0, doubtful: false };
  } catch (error) {
    remove(folder, id);
    throw error;
  }
}

/** Of a segment that never held a row. A disk that refuses even this leaves a name that the next start sets aside. */
function remove(folder: string, id: string): void {
  for (const path of [manifestFile(folder, id), rowsFile(folder, id)]) {
    try {
      rmSync(path, { force: true });
    } catch {
      continue;
    }
  }
}

function writeWhole({ fd, bytes: from }: OpenSegment, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, from + at);
  } catch (error) {
    try {
      // Half a row at the end would make the whole segment unreadable.
      ftruncateSync(fd, from);
    } catch {
      // Cut off when it is sealed, or written over by what comes next.
    }
    throw error;
  }
}
