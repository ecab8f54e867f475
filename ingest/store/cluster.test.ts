import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollUp } from '../../analytics/conversations';
import { SERVICE_PORTS } from '../../analytics/services';
import { spawnClickHouse, type ClickHouseProcess } from '../../fixtures/clickhouse';
import { openServer } from './clickhouse';
import { keepFlowsFor, migrate } from './migrate';
import { markStale } from './stale-hours';
import type { Segment, Store } from './store';

const HTTPS = 443;
const TCP = 6;

/**
 * `Distributed` tables are real here, with one shard; replication and `ON CLUSTER` are not, as the stand-in leaves them
 * out. What is sent to a cluster is in layout.test.ts.
 */
describe('a cluster (a stand-in over the embedded engine, of one node)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-cluster-'));
  const segment: Segment = {
    id: 'a0000000-0000-4000-8000-000000000001',
    path: join(folder, 'rows'),
    rows: 3,
    layout: ['received', 'src_port', 'dst_port', 'protocol', 'packets'],
  };
  let server: ClickHouseProcess;
  let store: Store;
  const rows = async () => (await store.query<{ rows: number }>('SELECT count() AS rows FROM flows'))[0]?.rows;

  beforeAll(async () => {
    server = await spawnClickHouse({ directory: join(folder, 'engine'), cluster: 'main' });
    store = await openServer({
      user: 'default',
      password: '',
      database: 'wayleave',
      url: server.url,
      cluster: 'main',
    });
    await migrate(store);
    writeFileSync(segment.path, Buffer.concat([0, 1, 2].map(flowRow)));
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has its flows behind a Distributed table', async () => {
    expect(
      await store.query(
        `SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND name LIKE 'flows%' ORDER BY name`,
      ),
    ).toEqual([
      { name: 'flows', engine: 'Distributed' },
      { name: 'flows_local', engine: 'MergeTree' },
    ]);
  });

  it('is loaded through it, at once and under a token', async () => {
    await store.load(segment);
    expect(await rows()).toBe(3);
    await store.load(segment);
    expect(await rows()).toBe(3);
    await store.load(segment, 'another');
    expect(await rows()).toBe(6);
  });

  it('gives up what is taken out of it, on every node', async () => {
    await server.seen();
    for (const statement of store.layout.erase('flows', 'segment IN {segments:Array(UUID)}'))
      await store.command(statement, { segments: [segment.id] });
    expect(await rows()).toBe(0);
    expect((await server.seen()).map(({ sql }) => sql)).toContainEqual(
      expect.stringMatching(/^ALTER TABLE flows_local ON CLUSTER `main` DELETE/),
    );
  });

  it('expires below', async () => {
    await keepFlowsFor(store, 7);
    const [table] = await store.query<{ ddl: string }>(
      `SELECT create_table_query AS ddl FROM system.tables WHERE database = currentDatabase() AND name = 'flows_local'`,
    );
    expect(table?.ddl).toContain('toIntervalDay(7)');
  });

  it('is rolled up', async () => {
    await store.load(segment, 'rolled-up');
    await markStale(store, 'segment = {segment:UUID}', { segment: segment.id });
    expect(await rollUp(store, SERVICE_PORTS)).toEqual({
      hours: 1,
      flows: 3,
    });
    expect(await store.query('SELECT port, client_packets AS packets FROM current_conversations')).toEqual([
      { port: HTTPS, packets: 3 },
    ]);
    expect(await store.query('SELECT count() AS rows FROM flow_details')).toEqual([{ rows: 3 }]);
  });
});

/** To HTTPS, from a port of its own, of one packet. */
function flowRow(index: number): Buffer {
  const row = Buffer.alloc(8 + 2 + 2 + 1 + 8);
  row.writeBigInt64LE(BigInt(Date.now()) * 1000n, 0);
  row.writeUInt16LE(50_000 + index, 8);
  row.writeUInt16LE(HTTPS, 10);
  row.writeUInt8(TCP, 12);
  row.writeBigUInt64LE(1n, 13);
  return row;
}
