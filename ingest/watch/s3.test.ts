import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WayleaveError } from '../kernel/errors';
import { createS3Source, type S3Options } from './s3';
import { createHarness } from './testing/harness';
import { startObjectStore } from './testing/object-store';

const SECRET = 'wJalrXUtnFEMI';
const stops: (() => Promise<void>)[] = [];
const folders: string[] = [];

async function setUp(change: Partial<S3Options> = {}) {
  const store = await startObjectStore();
  const data = mkdtempSync(join(tmpdir(), 'wayleave-s3-'));
  folders.push(data);
  const harness = createHarness(data);
  const options: S3Options = {
    bucket: 'logs',
    prefix: 'AWSLogs/',
    endpoint: store.endpoint,
    region: 'eu-central-1',
    forcePathStyle: true,
    accessKeyId: 'AKIDTEST',
    secretAccessKey: SECRET,
    pollSeconds: 60,
    objectLimit: 1000,
    ...change,
  };
  const open = () => createS3Source(options, harness.deps);
  let source = open();
  stops.push(
    () => source.stop(),
    () => store.stop(),
  );
  return {
    ...harness,
    store,
    poll: () => source.poll(),
    status: () => source.status(),
    async restart() {
      await source.stop();
      source = open();
    },
    incoming: () => readdirSync(join(data, 'incoming')),
  };
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const vpcKey = (account: number, time: string, hash = 'ab') =>
  `AWSLogs/${account}/vpcflowlogs/eu-central-1/2026/11/${time.slice(6, 8)}/${account}_vpcflowlogs_eu-central-1_fl-1_${time}Z_${hash}.log.gz`;

describe('a bucket', () => {
  it('is read page by page, signed, and every object taken once under its address', async () => {
    const { store, poll, names, taken, incoming, metric } = await setUp();
    for (let i = 0; i < 8; i++) store.put(`AWSLogs/a&b ${i}`, `flows ${i}`);
    store.put('AWSLogs/folder/', '');
    store.put('other/x', 'not ours');
    await poll();
    await poll();
    expect(names()).toEqual(Array.from({ length: 8 }, (_, i) => `s3://logs/AWSLogs/a&b ${i}`));
    expect(taken[3]?.content).toBe('flows 3');
    expect(store.downloads()).toHaveLength(8);
    expect(incoming()).toEqual([]);
    expect(await metric('wayleave_watch_files_total', 'taken')).toBe(8);
    expect(await metric('wayleave_watch_bytes_total')).toBe(56);
    for (const { authorization } of store.requests) {
      expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-central-1\/s3\/aws4_request, /);
      expect(authorization).not.toContain(SECRET);
    }
  });

  it('is read from where it was told to start', async () => {
    const { store, poll, names } = await setUp({ startAfter: 'AWSLogs/b' });
    for (const key of ['a', 'b', 'c']) store.put(`AWSLogs/${key}`, key);
    await poll();
    expect(names()).toEqual(['s3://logs/AWSLogs/c']);
  });

  it('may deliver late, under earlier keys, and replace objects', async () => {
    const { store, poll, taken } = await setUp();
    store.put('AWSLogs/b', 'one');
    await poll();
    store.put('AWSLogs/a', 'late');
    await poll();
    store.put('AWSLogs/b', 'replaced', '2026-11-21T09:00:00Z');
    await poll();
    await poll();
    expect(taken.map(({ content }) => content)).toEqual(['one', 'late', 'replaced']);
  });

  it('that is slow and breaks off is asked again, and nothing half is taken', async () => {
    const { store, poll, pass, taken, incoming, metric, status } = await setUp();
    store.put('AWSLogs/a', 'content a');
    store.put('AWSLogs/b', 'content b');
    store.faults.push('slow-down', 'truncate');
    await poll();
    expect(taken).toEqual([]);
    expect(incoming()).toEqual([]);
    await poll();
    expect(taken.map(({ content }) => content)).toEqual(['content b']);
    expect(status().waiting).toBe(1);
    pass(10);
    await poll();
    expect(taken.map(({ content }) => content)).toEqual(['content b', 'content a']);
    expect(await metric('wayleave_watch_files_total', 'retried')).toBe(1);
    expect(status()).toEqual({ source: 's3://logs/AWSLogs/', waiting: 0, failed: [] });
  });

  it('may forbid an object for a while, archive one, hold others that are no flows or too large', async () => {
    const { store, poll, pass, names, status, restart } = await setUp();
    for (const key of ['a', 'b']) store.put(`AWSLogs/${key}`, `content ${key}`);
    store.put('AWSLogs/c', 'photo');
    store.put('AWSLogs/d', 'x'.repeat(1001));
    store.faults.push('forbid', 'archived');
    await poll();
    await poll();
    const failed = [
      { name: 'AWSLogs/b', code: 'object-archived', reason: expect.stringContaining('restored') },
      { name: 'AWSLogs/c', code: 'unknown-format', reason: expect.any(String) },
      { name: 'AWSLogs/d', code: 'too-large', reason: expect.stringContaining('1001 bytes') },
    ];
    expect(status().failed).toEqual(failed);
    pass(10);
    await restart();
    await poll();
    expect(names()).toEqual(['s3://logs/AWSLogs/a']);
    expect(status().failed).toEqual(failed);
    expect(store.downloads()).toEqual(['AWSLogs/a', 'AWSLogs/b', 'AWSLogs/c', 'AWSLogs/a']);
  });

  it('waits as a whole while the store is away or the spool is full, and downloads nothing then', async () => {
    const { store, poll, pass, refusals, spool, names, status } = await setUp();
    for (const key of ['a', 'b', 'c']) store.put(`AWSLogs/${key}`, `content ${key}`);
    spool.full = { cause: 'age', reason: 'rows wait' };
    await poll();
    expect(store.downloads()).toEqual([]);
    spool.full = undefined;
    refusals.push(new WayleaveError('no store', { code: 'store-unavailable', retriable: true }));
    await poll();
    pass(9);
    await poll();
    expect(store.downloads()).toEqual(['AWSLogs/a']);
    pass(1);
    await poll();
    expect(names()).toEqual(['a', 'b', 'c'].map((key) => `s3://logs/AWSLogs/${key}`));
    expect(status()).toMatchObject({ waiting: 0, failed: [] });
  });

  it('keeps its place over a restart, in the middle of a listing too', async () => {
    const { store, poll, pass, restart, refusals, taken } = await setUp();
    for (let i = 0; i < 7; i++) store.put(`AWSLogs/${i}`, `flows ${i}`, '2026-11-01T00:00:00Z');
    refusals.push(undefined, undefined, undefined, undefined, new Error('the store is away'));
    await poll();
    expect(taken).toHaveLength(4);
    await restart();
    pass(60);
    await poll();
    await restart();
    await poll();
    expect(taken.map(({ content }) => content.at(-1)).join('')).toBe('0123456');
    expect(store.downloads()).toHaveLength(8);
  });

  it('is read again without adding anything when the cursor was lost', async () => {
    const { store, poll, restart, taken, deps } = await setUp();
    store.put('AWSLogs/a', 'flows');
    await poll();
    await restart();
    rmSync(join(deps.data, 'watch'), { recursive: true });
    await poll();
    expect(taken.map(({ duplicate }) => duplicate)).toEqual([false, true]);
  });

  it('too large to list at every poll is followed by the latest days of its series, and swept hourly', async () => {
    const { store, poll, pass, names, restart } = await setUp();
    for (let i = 0; i < 20; i++) {
      store.put(vpcKey(111, `202611${String(i + 1).padStart(2, '0')}T0000`), `first ${i}`, '2026-11-19T00:00:00Z');
      store.put(vpcKey(222, `202611${String(i + 1).padStart(2, '0')}T0000`), `second ${i}`, '2026-11-19T00:00:00Z');
    }
    await poll();
    expect(names()).toHaveLength(40);
    await restart();

    store.requests.length = 0;
    const late = vpcKey(111, '20261119T2350', 'late');
    const next = vpcKey(222, '20261121T0000');
    const older = vpcKey(111, '20261103T0000', 'older');
    store.put(late, 'late', '2026-11-21T09:00:30Z');
    store.put(next, 'next day', '2026-11-21T09:00:30Z');
    store.put(older, 'older', '2026-11-21T09:00:30Z');
    store.put('AWSLogs/333/undated', 'undated', '2026-11-21T09:00:30Z');
    pass(60);
    await poll();
    expect(names().slice(40)).toEqual([`s3://logs/${late}`, `s3://logs/${next}`]);
    expect(store.lists()).toHaveLength(2);

    pass(3600);
    await poll();
    expect(names().slice(42)).toEqual([`s3://logs/${older}`, 's3://logs/AWSLogs/333/undated']);
    expect(store.downloads()).toHaveLength(4);
  });

  it('that is gone between listing and reading costs nothing', async () => {
    const { store, poll, taken, refusals, pass, status } = await setUp();
    store.put('AWSLogs/a', 'flows');
    refusals.push(new Error('away'));
    await poll();
    store.objects.delete('AWSLogs/a');
    pass(10);
    await poll();
    expect(taken).toEqual([]);
    expect(status()).toMatchObject({ waiting: 0, failed: [] });
  });
});
