import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from './chdb';
import { clusterLayout, SINGLE_NODE } from './layout';
import { MIGRATIONS } from './schema';
import type { Store } from './store';

const layout = clusterLayout('main', 'wayleave');
const statements = [
  layout.database('wayleave'),
  ...MIGRATIONS.flatMap((migration) => migration.statements(layout)),
  ...layout.alter('flows', 'MODIFY TTL toDateTime(received) + toIntervalDay(7)'),
  ...layout.erase('flows', 'segment IN {segments:Array(UUID)}'),
  ...layout.erase('sightings', 'segment = {segment:UUID}'),
  ...layout.catchUp,
];

describe('on a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-layout-'));
  let store: Store;

  beforeAll(() => {
    store = openEmbedded(folder);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('every statement is one that ClickHouse can parse', async () => {
    const parsed = await store.query<{ sql: string }>(
      'SELECT formatQuery(arrayJoin({statements:Array(String)})) AS sql',
      { statements },
    );
    expect(parsed).toHaveLength(statements.length);
  });

  it('flows are sharded and replicated, with a Distributed table over them', () => {
    const [stored, over, ...more] = layout.create({
      name: 'flows',
      columns: 'src IPv6',
      engine: 'MergeTree',
      clauses: 'ORDER BY src',
    });
    expect(stored).toBe(
      "CREATE TABLE IF NOT EXISTS flows_local ON CLUSTER `main` (src IPv6) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/wayleave/flows_local', '{replica}') ORDER BY src",
    );
    expect(over).toBe(
      "CREATE TABLE IF NOT EXISTS flows ON CLUSTER `main` AS flows_local ENGINE = Distributed('main', 'wayleave', 'flows_local', cityHash64(least(src, dst), greatest(src, dst)))",
    );
    expect(more).toEqual([]);
  });

  it('other tables are on every node, under replica names that differ over shards', () => {
    expect(
      layout.create({ name: 'uploads', columns: 'a UInt8', engine: 'ReplacingMergeTree(a)', clauses: 'ORDER BY a' }),
    ).toEqual([
      "CREATE TABLE IF NOT EXISTS uploads ON CLUSTER `main` (a UInt8) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/wayleave/uploads', '{shard}-{replica}', a) ORDER BY a",
    ]);
  });

  it('columns are added below and above, TTLs and deletions go below', () => {
    expect(layout.alter('flows', 'ADD COLUMN a UInt8')).toEqual([
      'ALTER TABLE flows_local ON CLUSTER `main` ADD COLUMN a UInt8',
      'ALTER TABLE flows ON CLUSTER `main` ADD COLUMN a UInt8',
    ]);
    expect(layout.alter('flows', 'MODIFY TTL x')).toEqual(['ALTER TABLE flows_local ON CLUSTER `main` MODIFY TTL x']);
    expect(layout.erase('flows', 'x')).toEqual([
      'ALTER TABLE flows_local ON CLUSTER `main` DELETE WHERE x SETTINGS mutations_sync = 2',
    ]);
    expect(layout.alter('uploads', 'ADD COLUMN a UInt8')).toEqual(['ALTER TABLE uploads ADD COLUMN a UInt8']);
  });

  it('every table that one node has is made, and none stays on the node that was asked', () => {
    const tables = (sql: readonly string[]) =>
      sql.map((text) => /^CREATE TABLE IF NOT EXISTS (\w+)/.exec(text)?.[1]).filter((name) => name !== undefined);
    const single = tables(MIGRATIONS.flatMap((migration) => migration.statements(SINGLE_NODE)));
    expect(tables(statements)).toEqual(expect.arrayContaining([...single, 'flows_local']));
    expect(statements.filter((sql) => sql.startsWith('CREATE') && !sql.includes('ON CLUSTER `main`'))).toEqual([]);
  });
});
