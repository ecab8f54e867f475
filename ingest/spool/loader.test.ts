import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { WayleaveError } from '../kernel/errors';
import { createLog } from '../kernel/log';
import { RowBatches } from '../model/rows';
import type { Destination } from './destination';
import { createLoader } from './loader';
import { createSpoolMetrics } from './metrics';
import { createSpool, type Spool } from './spool';

describe('loader', () => {
  let folder: string;
  let spool: Spool;
  let registry: Registry;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-loader-'));
    spool = createSpool(folder);
    await spool.open();
    registry = new Registry();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withdrawn: string[] = [];
  const loaderTo = (deliver: Destination['deliver'], from = spool) =>
    createLoader({
      destination: { name: 'there', deliver, withdraw: ({ id }) => Promise.resolve(void withdrawn.push(id)) },
      patience: 0,
      spool: from,
      log: createLog('silent'),
      metrics: createSpoolMetrics(registry),
    });
  const write = async (...rows: number[]) => {
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.reserve(rows.length);
    batch.bytes.set(rows);
    batch.used = batch.rows = rows.length;
    const [segment] = await spool.write(batches);
    if (!segment) throw new Error('nothing written');
    return segment;
  };
  const counted = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value;

  it('delivers in order and empties the spool', async () => {
    const segments = [await write(6, 17), await write(1)];
    const seen: [string, boolean][] = [];
    const loader = loaderTo((segment, again) => Promise.resolve(void seen.push([segment.id, again])));
    loader.add(segments);
    await loader.idle();
    expect(seen).toEqual(segments.map(({ id }) => [id, false]));
    expect([spool.backlog, readdirSync(folder)]).toEqual([0, []]);
    expect(await counted('wayleave_spool_loaded_rows_total')).toBe(3);
  });

  it('says of every attempt but the first that it is not the first', async () => {
    const seen: boolean[] = [];
    const loader = loaderTo((_, again) => {
      seen.push(again);
      return seen.length === 1 ? Promise.reject(away()) : Promise.resolve();
    });
    loader.add([await write(6)]);
    await loader.idle();
    expect(seen).toEqual([false, true]);
  });

  it('drains until there is trouble', async () => {
    let tries = 0;
    const loader = loaderTo(() => (++tries === 2 ? Promise.reject(away()) : Promise.resolve()));
    loader.add([await write(6)]);
    expect(await loader.drain()).toBeUndefined();
    loader.add([await write(6)]);
    expect(await loader.drain()).toMatchObject({ reason: 'not there' });
    await loader.idle();
  });

  it('says so of all that an earlier process left', async () => {
    await write(6);
    const seen: boolean[] = [];
    const loader = loaderTo((_, again) => Promise.resolve(void seen.push(again)), createSpool(folder));
    await loader.start();
    await loader.idle();
    expect(seen).toEqual([true]);
  });

  it('waits for a destination that is away, and says since when', async () => {
    let there = false;
    const loader = loaderTo(() => (there ? Promise.resolve() : Promise.reject(away())));
    loader.add([await write(6)]);
    expect(await loader.drain()).toBeDefined();
    expect(loader.trouble).toMatchObject({ reason: 'not there' });
    expect(await loader.drain()).toBe(loader.trouble);
    expect(spool.backlog).toBe(1);
    there = true;
    await loader.idle();
    expect([loader.trouble, spool.backlog]).toEqual([undefined, 0]);
  });

  it('tells whoever waits for a segment that it is refused, and of its delivery when asked again', async () => {
    let there = false;
    const loader = loaderTo(() => (there ? Promise.resolve() : Promise.reject(away())));
    const segment = await write(6);
    loader.add([segment]);
    await expect(loader.settled([segment.id])).rejects.toMatchObject({ code: 'store-unavailable', retriable: true });
    there = true;
    await loader.settled([segment.id]);
    expect(loader.trouble).toBeUndefined();
    await loader.idle();
  });

  it('sets aside at once what can never be delivered', async () => {
    const segment = await write(6, 17);
    const loader = loaderTo(() => Promise.reject(new WayleaveError('broken rows', { code: 'bad-segment' })));
    loader.add([segment]);
    await loader.idle();
    expect(spool.backlog).toBe(0);
    expect(readFileSync(join(folder, 'aside', `${segment.id}.reason`), 'utf8')).toBe('broken rows\n');
    expect(await counted('wayleave_spool_set_aside_rows_total')).toBe(2);
  });

  it('sets aside rows that changed on disk, before anybody sees them', async () => {
    const segment = await write(6, 17);
    writeFileSync(segment.path, Buffer.from([6, 16]));
    const loader = loaderTo(() => Promise.reject(new Error('delivered')));
    loader.add([segment]);
    await loader.idle();
    expect(readFileSync(join(folder, 'aside', `${segment.id}.reason`), 'utf8')).toMatch(/checksum/);
  });

  it('sets aside what is refused again and again while others pass', async () => {
    const bad = await write(6);
    let passed = 0;
    const loader = loaderTo((segment) => {
      if (segment.id === bad.id) return Promise.reject(refusal());
      passed++;
      return Promise.resolve();
    });
    loader.add([bad]);
    for (let count = 0; count < 3; count++) loader.add([await write(17)]);
    loader.add([await write(17)]);
    const more = setInterval(() => void write(17).then((segment) => loader.add([segment])), 50);
    while (!readdirSync(folder).includes('aside')) await new Promise((resolve) => setTimeout(resolve, 10));
    clearInterval(more);
    await loader.idle();
    expect(readdirSync(join(folder, 'aside')).sort()).toEqual(
      ['json', 'reason', 'rows'].map((end) => `${bad.id}.${end}`),
    );
    expect(passed).toBeGreaterThanOrEqual(4);
    expect(withdrawn).toContain(bad.id);
  });

  it('goes on when nothing can be set aside, and does so later', async () => {
    const bad = await write(6);
    const good = await write(17);
    writeFileSync(join(folder, 'aside'), 'in the way');
    const seen: string[] = [];
    const loader = loaderTo((segment) => {
      seen.push(segment.id);
      return segment.id === bad.id
        ? Promise.reject(new WayleaveError('no', { code: 'bad-segment' }))
        : Promise.resolve();
    });
    loader.add([bad, good]);
    expect(await loader.drain()).toMatchObject({ reason: expect.stringMatching(/^no; it cannot be set aside: /) });
    rmSync(join(folder, 'aside'));
    await loader.idle();
    expect(seen).toContain(good.id);
    expect(readdirSync(join(folder, 'aside'))).toContain(`${bad.id}.rows`);
  });

  it('delivers once what cannot be removed yet', async () => {
    let refusals = 2;
    const stubborn: Spool = {
      ...spool,
      remove: (segment) => (refusals-- > 0 ? Promise.reject(new Error('read-only')) : spool.remove(segment)),
    };
    let deliveries = 0;
    const loader = loaderTo(() => Promise.resolve(void deliveries++), stubborn);
    loader.add([await write(6)]);
    expect(await loader.drain()).toMatchObject({ reason: 'a loaded segment cannot be removed: read-only' });
    await loader.idle();
    expect([deliveries, loader.trouble, spool.backlog]).toEqual([1, undefined, 0]);
  });

  it('keeps what is refused while nothing passes: the destination may be the reason', async () => {
    let tries = 0;
    const loader = loaderTo(() => {
      tries++;
      return tries < 5 ? Promise.reject(refusal()) : Promise.resolve();
    });
    loader.add([await write(6), await write(17)]);
    await loader.idle();
    expect(spool.backlog).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  const away = () => new WayleaveError('not there', { code: 'store-unavailable', retriable: true });
  const refusal = () => new WayleaveError('no', { code: 'store-query' });
});
