import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnClickHouse, type ClickHouseProcess } from '../../fixtures/clickhouse';
import { openEmbedded } from './chdb';
import { openServer } from './clickhouse';
import { migrate } from './migrate';
import type { Segment, Store } from './store';

interface Home {
  open(): Promise<Store>;
  /** Ends it as it may end, and opens it again. */
  again(store: Store): Promise<Store>;
  stop(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'wayleave-load-'));

const embedded: Home = {
  open: () => Promise.resolve(openEmbedded(join(folder, 'embedded'))),
  async again(store) {
    await store.close();
    return this.open();
  },
  stop: () => Promise.resolve(),
};

function createServerHome(): Home {
  let server: ClickHouseProcess;
  const account = { user: 'default', password: '', database: 'wayleave' };
  const start = (port = 0) => spawnClickHouse({ directory: join(folder, 'server'), port });
  return {
    async open() {
      server = await start();
      return openServer({ ...account, url: server.url });
    },
    async again(store) {
      await server.kill();
      server = await start(Number(new URL(server.url).port));
      return store;
    },
    stop: () => server.stop(),
  };
}

const served: Home = createServerHome();
const DAY_NS = 86_400n * 1_000_000_000n;

/** Rows of `received` and `packets`, spread evenly over days. */
function rowsOf(count: number, days: number, segments?: readonly string[]): Buffer {
  const rows = Array.from({ length: count }, (_, index) => {
    const row = Buffer.alloc(16);
    row.writeBigInt64LE((1_700_000_000n * 1_000_000_000n + BigInt(index % days) * DAY_NS) / SCALE, 0);
    row.writeBigUInt64LE(BigInt(index), 8);
    return segments === undefined ? row : Buffer.concat([uuid(segments[index % segments.length] ?? ''), row]);
  });
  return Buffer.concat(rows);
}

/** `received` counts microseconds. */
const SCALE = 1000n;

/** Two halves, each with its last byte first. */
function uuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes.subarray(0, 8).reverse(), bytes.subarray(8).reverse()]);
}

describe.each([
  ['the embedded engine', embedded],
  ['a server (a stand-in over the embedded engine)', served],
])('a segment loaded into %s', (_, home) => {
  let store: Store;
  let segments = 0;

  const segment = (rows: Buffer, count: number, more: Partial<Segment> = {}): Segment => {
    const id = `a0000000-0000-4000-8000-${String(segments++).padStart(12, '0')}`;
    const path = join(folder, `${id}.rows`);
    writeFileSync(path, rows);
    return { id, path, rows: count, layout: ['received', 'packets'], ...more };
  };
  const count = async (table: string, { id }: Segment): Promise<number> => {
    const [row] = await store.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${table} WHERE segment = {id:UUID}`,
      {
        id,
      },
    );
    return row?.rows ?? 0;
  };
  const parts = () =>
    store.query<{ partition: string; rows: number }>(
      `SELECT partition, rows FROM system.parts
       WHERE database = currentDatabase() AND table = 'flows' AND active AND level = 0 ORDER BY partition`,
    );

  beforeAll(async () => {
    store = await home.open();
    await migrate(store);
    await store.command('SYSTEM STOP MERGES flows');
    await store.command(
      'CREATE TABLE copies (segment UUID, packets UInt64) ENGINE = MergeTree ORDER BY packets SETTINGS non_replicated_deduplication_window = 100',
    );
    await store.command('CREATE MATERIALIZED VIEW copying TO copies AS SELECT segment, packets FROM flows');
  }, 60_000);
  beforeEach(() => store.command('TRUNCATE TABLE flows'));
  afterAll(async () => {
    await store.close();
    await home.stop();
  });

  it('is one part for each day of arrival', async () => {
    await store.load(segment(rowsOf(150_000, 1), 150_000));
    expect(await parts()).toEqual([{ partition: '2023-11-14', rows: 150_000 }]);
    await store.command('TRUNCATE TABLE flows');
    await store.load(segment(rowsOf(150_000, 2), 150_000));
    expect(await parts()).toEqual([
      { partition: '2023-11-14', rows: 75_000 },
      { partition: '2023-11-15', rows: 75_000 },
    ]);
  });

  it('adds nothing under the same token, views included, nor after the engine ended', async () => {
    const loaded = segment(rowsOf(1000, 2), 1000);
    await store.load(loaded);
    await store.load(loaded);
    store = await home.again(store);
    await store.load(loaded);
    expect([await count('flows', loaded), await count('copies', loaded)]).toEqual([1000, 1000]);
    await store.load(loaded, `${loaded.id}/fresh`);
    expect(await count('flows', loaded)).toBe(2000);
  }, 60_000);

  it('brings the ids of its rows where they are mixed', async () => {
    const ids = ['b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-00000000000f'];
    await store.load(segment(rowsOf(10, 1, ids), 10, { mixed: true }));
    expect(
      await store.query('SELECT toString(segment) AS id, count() AS rows FROM flows GROUP BY id ORDER BY id'),
    ).toEqual(ids.map((id) => ({ id, rows: 5 })));
  });

  it('is a bad one when its rows cannot be read, and adds nothing', async () => {
    const broken = segment(rowsOf(1000, 1).subarray(0, -3), 1000);
    await expect(store.load(broken)).rejects.toMatchObject({ code: 'bad-segment', where: { segment: broken.id } });
    expect(await count('flows', broken)).toBe(0);
  });

  it('is on disk when it is in', async () => {
    const tables = await store.query<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'
       AND create_table_query NOT LIKE '%fsync_after_insert = 1, fsync_part_directory = 1%' ORDER BY name`,
    );
    // What is here for this test, the numbers of migrations, which run again where they are lost, and an import on its way.
    expect(tables.map(({ name }) => name)).toEqual(['claim_changes', 'copies', 'migrations', 'staged_claims']);
  });

  it('does not lend its token to what follows', async () => {
    await store.insert('exporter_names', [{ exporter: '::1', kind: 1, id: '1', name: 'one', learned: 1 }], 'lent');
    for (const packets of [1, 2]) await store.command(`INSERT INTO flows (packets) SELECT ${packets}`);
    expect(await store.query('SELECT packets FROM flows ORDER BY packets')).toEqual([{ packets: 1 }, { packets: 2 }]);
  });

  it('keeps rows that look alike apart, unless they come under one token', async () => {
    const row = { minute: '2026-01-01 00:00:00', exporter: '::1', domain: 1, format: 'ipfix', records: 5 };
    for (const token of [undefined, undefined, 'first', 'first', 'second'])
      await store.insert('exporter_minutes', [row], token);
    expect(await store.query('SELECT sum(records) AS records FROM exporter_minutes')).toEqual([{ records: 20 }]);
  });
});

describe('a load into a server (a stand-in over the embedded engine) that breaks', () => {
  const path = join(folder, 'broken');
  const loaded: Segment = {
    id: 'c0000000-0000-4000-8000-000000000001',
    path,
    rows: 100_000,
    layout: ['received', 'packets'],
  };
  let server: ClickHouseProcess;
  let store: Store;
  const rows = () => store.query('SELECT count() AS rows FROM flows');

  beforeAll(async () => {
    writeFileSync(path, rowsOf(loaded.rows, 1));
    server = await spawnClickHouse({ directory: join(folder, 'breaking') });
    store = await openServer({ user: 'default', password: '', database: 'wayleave', url: server.url });
    await migrate(store);
  }, 60_000);
  beforeEach(() => store.command('TRUNCATE TABLE flows'));
  afterEach(() => server.fault(undefined));
  afterAll(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['before it runs', { kind: 'close-before' } as const, 0],
    ['after it ran', { kind: 'close-after' } as const, 100_000],
    ['because nobody listens', { kind: 'refuse' } as const, 0],
    ['because a proxy answers', { kind: 'status', status: 502 } as const, 0],
    ['because merges cannot keep up', { kind: 'exception', code: 252 } as const, 0],
    ['because its disk is full', { kind: 'exception', code: 243 } as const, 0],
    ['because it has lost Keeper', { kind: 'exception', code: 242 } as const, 0],
    ['after status 200', { kind: 'fail-midway', framing: 'plain', code: 241 } as const, 0],
  ])('%s can be repeated', async (_, fault, expected) => {
    await server.fault({ ...fault, only: '^INSERT INTO flows' });
    await expect(
      store.load(loaded, `${loaded.id}/${fault.kind}-${JSON.stringify(fault).length}`),
    ).rejects.toMatchObject({ code: 'store-unavailable', retriable: true });
    await server.fault(undefined);
    expect(await rows()).toEqual([{ rows: expected }]);
  });

  it('adds nothing when the server dies over it', async () => {
    await server.fault({ kind: 'slow', bytesPerSecond: 200_000, only: '^INSERT INTO flows' });
    const load = store.load(loaded, 'killed').catch((error: unknown) => error);
    while (!(await server.seen()).some(({ sql }) => sql.startsWith('INSERT INTO flows'))) continue;
    await server.kill();
    expect(await load).toMatchObject({ code: 'store-unavailable', retriable: true });
    server = await spawnClickHouse({ directory: join(folder, 'breaking'), port: Number(new URL(server.url).port) });
    expect(await rows()).toEqual([{ rows: 0 }]);
    await store.load(loaded, 'killed');
    expect(await rows()).toEqual([{ rows: loaded.rows }]);
  }, 60_000);
});
