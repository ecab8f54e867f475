import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createLog } from '../../ingest/kernel/log';
import { RowBatches } from '../../ingest/model/rows';
import {
  createLoader,
  createSpace,
  createSpool,
  createSpoolMetrics,
  storeDestination,
  type Loader,
  type Spool,
  type SpooledSegment,
} from '../../ingest/spool';
import { migrate, openEmbedded, type Store } from '../../ingest/store';
import { backUp } from './backup';
import { restore } from './restore';
import { createTurns, inTurns, type Turns } from './turns';

const ROWS = 3;
const HOUR_MICROS = 3_600_000_000n;
const BEGIN = 1_790_000_000_000_000n - (1_790_000_000_000_000n % HOUR_MICROS);
const deps = { space: createSpace(0), clock: () => new Date(), report: () => undefined };

jest.setTimeout(120_000);

interface Running {
  readonly store: Store;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly turns: Turns;
}

describe('a backup of what is being written', () => {
  const root = mkdtempSync(join(tmpdir(), 'wayleave-live-'));
  const data = join(root, 'data');
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const start = async (directory: string): Promise<Running> => {
    const store = openEmbedded(directory);
    await migrate(store);
    const turns = createTurns();
    const spool = createSpool(join(directory, 'spool'));
    const destination = inTurns(storeDestination(store), turns);
    const metrics = createSpoolMetrics(new Registry(), 'spool');
    const loader = createLoader({ destination, spool, log: createLog('silent'), metrics });
    await loader.start();
    return { store, spool, loader, turns };
  };

  const stop = async ({ loader, store }: Running): Promise<void> => {
    await loader.stop();
    await store.close();
  };

  /** A segment of an hour of its own. */
  const write = async (spool: Spool, hour: number): Promise<SpooledSegment> => {
    const batches = new RowBatches();
    const batch = batches.for(['start']);
    batch.reserve(ROWS * 8);
    const bytes = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset);
    for (let row = 0; row < ROWS; row++)
      batch.used = bytes.writeBigInt64LE(BEGIN + BigInt(hour) * HOUR_MICROS + BigInt(row), batch.used);
    batch.rows = ROWS;
    const [segment] = await spool.write(batches);
    if (!segment) throw new Error('nothing was written');
    return segment;
  };

  /** What is there once a restored copy has started: rows of each segment, and hours that nobody would roll up. */
  const found = async (backup: string, copy: string) => {
    await restore(backup, copy, deps);
    const running = await start(copy);
    await running.loader.drain();
    const segments = await running.store.query<{ id: string; rows: number }>(
      'SELECT toString(segment) AS id, count() AS rows FROM flows GROUP BY segment',
    );
    const unmarked = await running.store.query(
      'SELECT DISTINCT toStartOfHour(start) AS due FROM flows WHERE due NOT IN (SELECT hour FROM stale_hours)',
    );
    const left = readdirSync(join(copy, 'spool'));
    await stop(running);
    return { segments: new Map(segments.map(({ id, rows }) => [id, rows])), unmarked, left };
  };

  it('holds every flow that was safe before it, each once, whatever moves from spool to tables meanwhile', async () => {
    const running = await start(data);
    const { store, spool, loader, turns } = running;
    const written: string[] = [];
    const stopping = new AbortController();
    const writer = (async () => {
      for (let hour = 0; !stopping.signal.aborted; hour++) {
        const segment = await write(spool, hour);
        written.push(segment.id);
        loader.add([segment]);
        // Faster than they are loaded, so that there are always some in the spool and some in the tables.
        await sleep(hour % 4 === 3 ? 80 : 0);
      }
    })();
    const backups: { folder: string; before: readonly string[] }[] = [];
    for (let round = 0; round < 2; round++) {
      await sleep(100);
      const folder = join(root, `backup-${round}`);
      const before = [...written];
      await backUp({ store, data, turns }, folder, deps);
      backups.push({ folder, before });
    }
    stopping.abort();
    await writer;
    await stop(running);

    for (const [round, { folder, before }] of backups.entries()) {
      const { segments, unmarked, left } = await found(folder, join(root, `copy-${round}`));
      expect(before.length).toBeGreaterThan(round);
      expect(before.filter((id) => !segments.has(id))).toEqual([]);
      expect([...segments.values()].filter((rows) => rows !== ROWS)).toEqual([]);
      expect(unmarked).toEqual([]);
      expect(left).toEqual([]);
    }
  });

  it('counts a segment once that is in the tables and in the spool still', async () => {
    const directory = join(root, 'both');
    const running = await start(directory);
    const segment = await write(running.spool, 0);
    await storeDestination(running.store).deliver(segment, false);
    const { tables } = await backUp({ ...running, data: directory }, join(root, 'both-backup'), deps);
    await stop(running);
    expect(tables).toContainEqual({ name: 'flows', rows: ROWS });
    expect(readdirSync(join(root, 'both-backup', 'state', 'spool'))).toHaveLength(2);
    expect((await found(join(root, 'both-backup'), join(root, 'both-copy'))).segments).toEqual(
      new Map([[segment.id, ROWS]]),
    );
  });
});

it('takes turns in order, also after one that failed', async () => {
  const turns = createTurns();
  const done: string[] = [];
  const slow = turns(async () => {
    await sleep(5);
    done.push('slow');
    throw new Error('failed');
  });
  const quick = turns(() => Promise.resolve(done.push('quick')));
  await expect(slow).rejects.toThrow('failed');
  await quick;
  expect(done).toEqual(['slow', 'quick']);
});
