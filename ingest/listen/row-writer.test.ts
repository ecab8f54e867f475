import { createLog } from '../kernel/log';
import type { RowBatches } from '../model/rows';
import type { Appender, Sealed, SpooledSegment } from '../spool';
import { createRowWriter } from './row-writer';

/** A disk that does as it is told, and an appender on it that keeps count of rows. */
function scriptedAppender() {
  const disk = { refuses: undefined as string | undefined, cannotSync: undefined as string | undefined, lost: 0 };
  let open = 0;
  let full = false;
  let attempts = 0;
  const appender: Appender = {
    get unsealed() {
      return open;
    },
    get full() {
      return full;
    },
    append(batches: RowBatches) {
      for (const batch of batches.filled()) {
        attempts++;
        if (disk.refuses !== undefined) throw new Error(disk.refuses);
        open += batch.rows;
        batch.clear();
      }
    },
    async seal(): Promise<Sealed> {
      const rows = open;
      await Promise.resolve();
      if (disk.cannotSync !== undefined) return { segments: [], failure: disk.cannotSync, lost: 0 };
      open -= rows;
      full = false;
      const { lost } = disk;
      disk.lost = 0;
      return { segments: rows > 0 ? [{ rows } as SpooledSegment] : [], failure: undefined, lost };
    },
  };
  return { appender, disk, fill: () => (full = true), attempts: () => attempts };
}

function setUp() {
  const { appender, disk, fill, attempts } = scriptedAppender();
  const log = createLog('silent');
  const error = jest.spyOn(log, 'error');
  const info = jest.spyOn(log, 'info');
  const seen = { rows: 0, lost: 0 };
  const writer = createRowWriter({
    appender,
    log,
    onSegments: (segments) => void (seen.rows += segments.reduce((sum, { rows }) => sum + rows, 0)),
    onProgress: () => undefined,
    onLost: (rows) => void (seen.lost += rows),
  });
  const put = (rows: number, bytes = rows): void => {
    const batch = writer.batches.for(['protocol']);
    batch.reserve(bytes);
    batch.used += bytes;
    batch.rows += rows;
  };
  return { writer, disk, fill, attempts, error, info, seen, put };
}

describe('row writer', () => {
  it.each([
    ['written', 'refuses'],
    ['synced', 'cannotSync'],
  ] as const)('keeps what cannot be %s, says so once, and goes on by itself', async (_, kind) => {
    const { writer, disk, error, info, seen, put } = setUp();
    let safe = 0;
    disk[kind] = 'ENOSPC: no space left on device';
    put(3);
    writer.whenSafe(() => safe++);
    for (let tries = 0; tries < 3; tries++) expect(await writer.flush()).toBe(disk[kind]);
    expect([writer.trouble, safe, seen.rows]).toEqual([disk[kind], 0, 0]);
    expect(error).toHaveBeenCalledTimes(1);

    disk[kind] = undefined;
    put(2);
    expect(await writer.flush()).toBeUndefined();
    expect([writer.trouble, safe, seen.rows]).toEqual([undefined, 1, 5]);
    expect(info).toHaveBeenCalledTimes(1);
    await writer.flush();
    expect([safe, seen.rows]).toEqual([1, 5]);
    writer.stop();
  });

  it('calls nothing safe that came after the seal began', async () => {
    const { writer, seen, put } = setUp();
    let safe = 0;
    put(1);
    const first = writer.seal();
    put(1);
    writer.whenSafe(() => safe++);
    await first;
    expect([seen.rows, safe]).toEqual([1, 0]);
    await new Promise<void>((resolve) => writer.whenSafe(resolve));
    expect([seen.rows, safe]).toEqual([2, 1]);
    writer.stop();
  });

  it('answers soon, without being asked to seal', async () => {
    const { writer, seen, put } = setUp();
    put(1);
    await new Promise<void>((resolve) => writer.whenSafe(resolve));
    expect(seen.rows).toBe(1);
  });

  it('answers nobody when the disk lost rows', async () => {
    const { writer, disk, seen, put } = setUp();
    let safe = 0;
    put(4);
    writer.whenSafe(() => safe++);
    disk.lost = 4;
    await writer.flush();
    await writer.flush();
    expect([safe, seen.lost]).toEqual([0, 4]);
    writer.stop();
  });

  it('tries what the disk refuses again when the next seal is due, not at every turn', async () => {
    const { writer, disk, fill, attempts, put } = setUp();
    disk.refuses = 'ENOSPC: no space left on device';
    fill();
    put(1, 4 << 20);
    for (let messages = 0; messages < 320; messages++) {
      writer.taken();
      await Promise.resolve();
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts()).toBe(1);
    await writer.seal();
    expect(attempts()).toBe(2);
  });

  it('seals early when a segment is as large as they get', async () => {
    const { writer, fill, seen, put } = setUp();
    fill();
    put(1, 4 << 20);
    for (let messages = 0; messages < 32; messages++) writer.taken();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.rows).toBe(1);
  });
});
