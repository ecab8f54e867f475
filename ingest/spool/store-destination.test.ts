import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowBatches } from '../model/rows';
import { migrate, openEmbedded, type Store } from '../store';
import type { SpooledSegment } from './manifest';
import { createSpool } from './spool';
import { storeDestination } from './store-destination';

describe('store destination', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-destination-'));
  let store: Store;
  beforeAll(async () => {
    store = openEmbedded(join(folder, 'data'));
    await migrate(store);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = async (): Promise<SpooledSegment> => {
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.bytes.set([6, 17]);
    batch.used = batch.rows = 2;
    const spool = createSpool(join(folder, 'spool'));
    await spool.open();
    const [segment] = await spool.write(batches);
    if (!segment) throw new Error('nothing written');
    return segment;
  };
  const rowsOf = async ({ id }: SpooledSegment): Promise<number> => {
    const [row] = await store.query<{ rows: number }>('SELECT count() AS rows FROM flows WHERE segment = {id:UUID}', {
      id,
    });
    return row?.rows ?? 0;
  };
  /** Loads that a test counts, or that break. */
  const counting = (load: Store['load'] = (segment, token) => store.load(segment, token)) => {
    const tokens: (string | undefined)[] = [];
    const destination = storeDestination({
      ...store,
      load(segment, token) {
        tokens.push(token);
        return load(segment, token);
      },
    });
    return { destination, tokens };
  };

  it('loads, and marks the hours stale', async () => {
    await store.command('TRUNCATE TABLE stale_hours');
    const segment = await write();
    await storeDestination(store).deliver(segment, false);
    expect(await rowsOf(segment)).toBe(2);
    expect(await store.query('SELECT toUnixTimestamp(hour) AS hour FROM stale_hours')).toEqual([{ hour: 0 }]);
  });

  it('marks an hour later than before, even when the clock was set back', async () => {
    await store.command('TRUNCATE TABLE stale_hours');
    await store.insert('stale_hours', [{ hour: 0, marked: Date.parse('2100-01-01T00:00:00Z') * 1000 }]);
    await storeDestination(store).deliver(await write(), false);
    expect(await store.query('SELECT toString(marked) AS marked FROM stale_hours FINAL')).toEqual([
      { marked: '2100-01-01 00:00:00.000001' },
    ]);
  });

  it('loads nothing again that is in', async () => {
    const segment = await write();
    await store.load(segment);
    const { destination, tokens } = counting();
    await destination.deliver(segment, true);
    expect([tokens, await rowsOf(segment)]).toEqual([[], 2]);
  });

  it('takes half a load out before it repeats it', async () => {
    const segment = await write();
    await store.insert('flows', [{ segment: segment.id, protocol: 6 }]);
    const { destination } = counting();
    await destination.deliver(segment, true);
    expect(await rowsOf(segment)).toBe(2);
  });

  it('gets rows in whose token outlived them', async () => {
    const segment = await write();
    await store.load(segment);
    await store.command('ALTER TABLE flows DELETE WHERE segment = {id:UUID} SETTINGS mutations_sync = 2', {
      id: segment.id,
    });
    const { destination, tokens } = counting();
    await destination.deliver(segment, true);
    expect(await rowsOf(segment)).toBe(2);
    expect(tokens).toEqual([segment.id, `${segment.id}/1`]);
  });

  it('never passes by an attempt that is still under way', async () => {
    const segment = await write();
    await store.load(segment);
    await store.command('ALTER TABLE flows DELETE WHERE segment = {id:UUID} SETTINGS mutations_sync = 2', {
      id: segment.id,
    });
    let late = (): Promise<void> => Promise.resolve();
    // The second token's load is lost on the way back, and is done later.
    const losing = storeDestination({
      ...store,
      load(given, token) {
        if (token === segment.id) return store.load(given, token);
        late = () => store.load(given, token);
        return Promise.reject(new Error('connection lost'));
      },
    });
    await expect(losing.deliver(segment, true)).rejects.toThrow('connection lost');
    await storeDestination(store).deliver(segment, true);
    await late();
    expect(await rowsOf(segment)).toBe(2);
  });

  it('adds nothing to a load that ends while it is being settled', async () => {
    const segment = await write();
    const { destination } = counting(async (given, token) => {
      // The attempt before, of which nobody heard any more.
      await store.load(segment);
      return store.load(given, token);
    });
    await destination.deliver(segment, true);
    expect(await rowsOf(segment)).toBe(2);
  });
});
