import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { RowBatches } from '../model/rows';
import { migrate, openEmbedded, type Segment, type Store } from '../store';
import { createLoader } from './loader';
import { createSpoolMetrics } from './metrics';
import { createSpool } from './spool';
import { storeDestination } from './store-destination';

const lost = () => new WayleaveError('connection lost', { code: 'store-unavailable', retriable: true });

describe('loader', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-loader-'));
  let engine: Store;

  beforeAll(async () => {
    engine = openEmbedded(join(folder, 'data'));
    await migrate(engine);
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** `load` stands in for the store's own, which it can call. */
  const setUp = async (name: string, load: (segment: Segment) => Promise<void>) => {
    const spool = createSpool(join(folder, name));
    await spool.open();
    const registry = new Registry();
    const loader = createLoader({
      destination: storeDestination({ ...engine, load }),
      spool,
      log: createLog('silent'),
      metrics: createSpoolMetrics(registry),
    });
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.reserve(2);
    batch.bytes.set([6, 17]);
    batch.used = batch.rows = 2;
    const segments = await spool.write(batches);
    return { spool, loader, registry, segments, id: segments[0]?.id ?? '' };
  };
  const rowsOf = async (segment: string) =>
    (await engine.query<{ n: number }>('SELECT count() AS n FROM flows WHERE segment = {segment:UUID}', { segment }))[0]
      ?.n;

  it('loads, marks the hours stale and empties the spool', async () => {
    await engine.command('TRUNCATE TABLE stale_hours');
    const { loader, spool, segments, id } = await setUp('plain', (segment) => engine.load(segment));
    loader.add(segments);
    await loader.idle();
    expect(await rowsOf(id)).toBe(2);
    expect(spool.backlog).toBe(0);
    expect(await engine.query('SELECT toUnixTimestamp(hour) AS hour FROM stale_hours')).toEqual([{ hour: 0 }]);
  });

  it('does not load again what was in when the answer was lost', async () => {
    let calls = 0;
    const { loader, segments, id } = await setUp('answer-lost', async (segment) => {
      calls++;
      await engine.load(segment);
      throw lost();
    });
    loader.add(segments);
    await loader.idle();
    expect([calls, await rowsOf(id)]).toEqual([1, 2]);
  });

  it('takes half a load out again before it repeats it', async () => {
    let calls = 0;
    const { loader, segments, id } = await setUp('half', async (segment) => {
      if (calls++ > 0) return engine.load(segment);
      await engine.insert('flows', [{ segment: segment.id, protocol: 6 }]);
      throw lost();
    });
    loader.add(segments);
    await loader.idle();
    expect([calls, await rowsOf(id)]).toEqual([2, 2]);
  });

  it('counts first what an earlier process may have loaded', async () => {
    const { spool, segments, id } = await setUp('restart', (segment) => engine.load(segment));
    for (const segment of segments) await engine.load(segment);
    const next = createLoader({
      destination: storeDestination(engine),
      spool: createSpool(spool.folder),
      log: createLog('silent'),
      metrics: createSpoolMetrics(new Registry()),
    });
    await next.start();
    await next.idle();
    expect(await rowsOf(id)).toBe(2);
  });

  it('sets aside what can never be loaded, and goes on', async () => {
    const { loader, spool, segments, registry } = await setUp('refused', () =>
      Promise.reject(new WayleaveError('no', { code: 'bad-segment' })),
    );
    loader.add(segments);
    await loader.idle();
    expect(spool.backlog).toBe(0);
    expect((await registry.getSingleMetric('wayleave_spool_set_aside_rows_total')?.get())?.values[0]?.value).toBe(2);
  });
});
