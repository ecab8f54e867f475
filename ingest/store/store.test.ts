import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FLOW_COLUMNS } from '../model/flow';
import { openEmbedded } from './chdb';
import { keepFlowsFor, migrate } from './migrate';
import type { Compression, Store } from './store';

describe('embedded store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-store-'));
  const data = join(folder, 'data');
  let store: Store;

  beforeAll(async () => {
    store = openEmbedded(data);
    await migrate(store);
  });

  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a flows table of exactly the flow columns', async () => {
    const columns = await store.query<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'flows'`,
    );
    expect(columns.filter(({ name }) => name !== 'segment')).toEqual(
      FLOW_COLUMNS.map(({ name, type }) => ({ name, type })),
    );
  });

  it('runs each migration once and refuses data of a newer schema', async () => {
    expect(await migrate(store)).toEqual([]);
    await expect(migrate(store, [])).rejects.toMatchObject({ code: 'store-newer' });
  });

  it('loads a segment of any layout, and counts its rows by segment', async () => {
    const path = join(folder, 'rows');
    writeFileSync(path, Buffer.from([...Array.from({ length: 15 }, () => 0), 1, 0xbb, 0x01, 17]));
    const id = 'a0000000-0000-4000-8000-000000000001';
    await store.load({ id, path, rows: 1, layout: ['src', 'dst_port', 'protocol'] });
    expect(
      await store.query(
        'SELECT toString(src) AS src, dst_port, protocol, packets FROM flows WHERE segment = {id:UUID}',
        { id },
      ),
    ).toEqual([{ src: '::1', dst_port: 443, protocol: 17, packets: 0 }]);
  });

  it('reads lines of plain and gzipped files', async () => {
    const plain = join(folder, 'lines.log');
    const zipped = join(folder, 'zipped');
    writeFileSync(plain, 'one\ntwo\n');
    writeFileSync(zipped, gzipSync('three\n'));
    const read = (path: string, compression: Compression) =>
      store.withLines({ kind: 'text', path, compression, content: () => createReadStream(path) }, ({ sql, params }) =>
        store.query<{ line: string }>(`SELECT line FROM ${sql}`, params),
      );
    expect(await read(plain, 'none')).toEqual([{ line: 'one' }, { line: 'two' }]);
    expect(await read(zipped, 'gzip')).toEqual([{ line: 'three' }]);
  });

  it('streams rows in batches', async () => {
    let rows = 0;
    for await (const batch of store.stream<{ n: number }>('SELECT number AS n FROM numbers(10000)'))
      rows += batch.length;
    expect(rows).toBe(10_000);
  });

  it('binds parameters instead of splicing them', async () => {
    const text = `it's "quoted" \\ and {x:String}`;
    expect(await store.query('SELECT {text:String} AS text', { text })).toEqual([{ text }]);
  });

  it('knows times before 1970 for the earliest however often it is asked', async () => {
    const times = `SELECT toString(number % 2) AS of, fromUnixTimestamp64Milli(if(number < 2, -1, 1)) AS time FROM numbers(4)`;
    const asked: unknown[] = [];
    for (let turn = 0; turn < 6; turn++)
      asked.push(
        await store.query(
          `SELECT of, toUnixTimestamp64Milli(min(time)) AS first FROM (${times}) GROUP BY of ORDER BY of`,
        ),
      );
    expect(asked).toEqual(
      asked.map(() => [
        { of: '0', first: -1 },
        { of: '1', first: -1 },
      ]),
    );
  });

  it('says which statement the engine refused, and why', async () => {
    await expect(store.query('SELECT nothing')).rejects.toMatchObject({
      code: 'store-query',
      message: expect.stringMatching(/SELECT nothing.*nothing/s),
    });
  });

  it('sets how long raw flows stay', async () => {
    await keepFlowsFor(store, 7);
    const [table] = await store.query<{ ddl: string }>(
      `SELECT create_table_query AS ddl FROM system.tables WHERE name = 'flows'`,
    );
    expect(table?.ddl).toContain('toIntervalDay(7)');
  });

  it('names the process that holds the directory', () => {
    const child = spawnSync(
      process.execPath,
      [
        '-r',
        'tsx/cjs',
        '-e',
        `try { require('./ingest/store/chdb').openEmbedded(process.argv[1]) } catch (e) { console.log(JSON.stringify({ code: e.code, message: e.message })) }`,
        data,
      ],
      { encoding: 'utf8', cwd: join(__dirname, '../..') },
    );
    expect(JSON.parse(child.stdout.trim())).toEqual({
      code: 'store-locked',
      message: expect.stringContaining(`held by process ${process.pid}`),
    });
  });
});
