import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollUp, sumDays } from '../../analytics/conversations';
import { SERVICE_PORTS } from '../../analytics/services';
import { spawnClickHouse, type ClickHouseProcess } from '../../fixtures/clickhouse';
import { openServer } from './clickhouse';
import { keepFlowsFor, migrate } from './migrate';
import { markStale } from './stale-hours';
import type { Store } from './store';

const PAGE = join(__dirname, '../../api/docs/clickhouse.md');

/** The statements that the page gives to copy. */
const documented = [...readFileSync(PAGE, 'utf8').matchAll(/```sql\n(.*?)```/gs)]
  .flatMap(([, block = '']) => block.split(/;\s*\n/))
  .filter((sql) => sql !== '');

/** `SELECT ON wayleave.*` of `GRANT SELECT ON wayleave.* TO wayleave`; those for a cluster are not enough alone. */
const grants = documented.map((sql) => /^GRANT (.* ON wayleave\.\*) TO wayleave$/s.exec(sql)?.[1] ?? '');

describe('a user with the grants that the documentation names (a stand-in over the embedded engine)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-grants-'));
  const account = { user: 'default', password: '', database: 'wayleave' };
  let server: ClickHouseProcess;
  let store: Store;

  beforeAll(async () => {
    server = await spawnClickHouse({
      directory: join(folder, 'engine'),
      grants: grants.filter((grant) => grant !== '' && !grant.includes('SYSTEM')),
    });
    store = await openServer({ ...account, url: server.url });
  }, 30_000);
  afterAll(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are statements that ClickHouse can parse', async () => {
    expect(grants.filter((grant) => grant !== '').length).toBeGreaterThan(1);
    for (const sql of documented) await store.query('SELECT formatQuery({sql:String})', { sql });
  });

  it('may do all that Wayleave does', async () => {
    await migrate(store);
    const path = join(folder, 'rows');
    writeFileSync(path, Buffer.from([0xbb, 0x01, 6]));
    const id = 'a0000000-0000-4000-8000-000000000001';
    await store.load({ id, path, rows: 1, layout: ['dst_port', 'protocol'] });
    await markStale(store, 'segment = {id:UUID}', { id });
    expect((await rollUp(store, SERVICE_PORTS)).hours).toBe(1);
    expect(await sumDays(store, { from: 0, to: 86_400 })).toBe(1);
    // The row never says when it came, which is long ago.
    await keepFlowsFor(store, 30);
    for (const statement of store.layout.erase('flows', 'segment = {id:UUID}')) await store.command(statement, { id });
    const content = () => createReadStream(path);
    await store.withLines({ kind: 'text', path, compression: 'none', content }, ({ sql }) =>
      store.query(`SELECT line FROM ${sql}`),
    );
    await store.command(`KILL QUERY WHERE user = currentUser() AND Settings['log_comment'] = 'none' SYNC`);
  }, 30_000);

  it('may do nothing elsewhere', async () => {
    await expect(openServer({ ...account, database: 'another', url: server.url })).rejects.toMatchObject({
      code: 'store-unavailable',
      message: expect.stringContaining('docs/clickhouse.md'),
    });
  });
});
