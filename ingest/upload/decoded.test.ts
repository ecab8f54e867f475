import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { DecodedFormat } from '../decode/format';
import { WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination, type Destination } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { createUploads, type Uploads } from './upload';

// Tens of megabytes are loaded several times.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'wayleave-decoded-'));
let engine: Store;
beforeAll(async () => {
  engine = openEmbedded(join(folder, 'data'));
  await migrate(engine);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const MIB = 1024 * 1024;
/** A String of 1 MiB in RowBinary, after its length as a varint. */
const MEBIBYTE = Buffer.concat([Buffer.from([0x80, 0x80, 0x40]), Buffer.alloc(MIB, 'x')]);

/** A row of 1 MiB, and one of a byte, for every byte of the content: 32 make segments. Its letters are errors. */
const heavy: DecodedFormat = {
  kind: 'decoded',
  name: 'heavy',
  title: 'heavy',
  fills: {},
  recognise: (head) => head[0] === 0x3d,
  async read(chunks, { batches, drain }) {
    let rows = 0;
    for await (const chunk of chunks) {
      for (const byte of chunk) {
        if (byte === 0x4c) throw new WayleaveError('too much', { code: 'too-large' });
        if (byte === 0x50) throw new WayleaveError('not now', { code: 'store-unavailable', retriable: true });
        for (const [layout, row] of [
          [['reporter'], MEBIBYTE],
          [['protocol'], Uint8Array.of(byte)],
        ] as const) {
          const batch = batches.for(layout);
          batch.reserve(row.length);
          batch.bytes.set(row, batch.used);
          batch.used += row.length;
          batch.rows++;
          rows++;
        }
        await drain();
      }
    }
    return { rows, skipped: 0, lost: 0, rejected: 0, sightings: 0, rejects: [], exporters: [] };
  },
};

let processes = 0;
async function start(
  destination: Destination = storeDestination(engine),
): Promise<{ uploads: Uploads; spooled: () => string[] }> {
  const spool = createSpool(join(folder, `spool-${processes++}`));
  const metrics = createSpoolMetrics(new Registry());
  const loader = createLoader({ destination, spool, log: createLog('silent'), metrics });
  await loader.start();
  const uploads = createUploads({
    store: engine,
    spool,
    loader,
    clock: () => new Date('2024-01-01'),
    formats: [heavy],
  });
  return { uploads, spooled: () => readdirSync(spool.folder) };
}

function write(content: string): string {
  const path = join(folder, 'content');
  writeFileSync(path, content);
  return path;
}

async function rows(): Promise<number | undefined> {
  const [row] = await engine.query<{ rows: number }>('SELECT count() AS rows FROM flows');
  return row?.rows;
}

describe('a decoded upload', () => {
  beforeEach(() => engine.command('TRUNCATE TABLE flows'));

  it('that is refused halfway leaves nothing behind, however often it comes', async () => {
    const { uploads, spooled } = await start();
    const path = write(`${'='.repeat(33)}L`);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(uploads.take(path)).rejects.toMatchObject({ code: 'too-large', retriable: false });
      expect([await rows(), spooled()]).toEqual([0, []]);
    }
    expect(await uploads.take(write('='.repeat(33)))).toMatchObject({ rows: 66 });
    expect(await rows()).toBe(66);
  });

  it('that is kept out for now keeps what is in', async () => {
    const { uploads } = await start();
    await expect(uploads.take(write(`${'='.repeat(34)}P`))).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await rows()).toBe(64);
  });

  it('is not taken while a part of a segment is missing', async () => {
    const honest = storeDestination(engine);
    let losing = true;
    const { uploads } = await start({
      ...honest,
      async deliver(segment, again) {
        await honest.deliver(segment, again);
        if (!losing) return;
        await engine.command('ALTER TABLE flows DELETE WHERE protocol = 0x3e SETTINGS mutations_sync = 2');
      },
    });
    const path = write('=>');
    await expect(uploads.take(path)).rejects.toMatchObject({ code: 'upload-incomplete', retriable: true });
    losing = false;
    expect(await uploads.take(path)).toMatchObject({ rows: 4, duplicate: false });
    expect(await rows()).toBe(4);
  });
});
