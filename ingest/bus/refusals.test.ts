import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { spawnClickHouse } from '../../fixtures/clickhouse';
import { segmentId } from '../model/segment-id';
import { isUnreadable, migrate, openEmbedded, openServer, type Store } from '../store';
import { loadMessages, type LoadContext } from './loading';
import type { RowsMessage } from './message';
import { createBusMetrics } from './metrics';
import { uuidBytes } from './uuid';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-refusals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Home {
  readonly store: Store;
  stop(): Promise<void>;
}

async function embedded(): Promise<Home> {
  const store = openEmbedded(join(folder, 'embedded'));
  return { store, stop: () => store.close() };
}

async function served(): Promise<Home> {
  const server = await spawnClickHouse({ directory: join(folder, 'server'), port: 0 });
  const store = await openServer({ user: 'default', password: '', database: 'wayleave', url: server.url });
  return {
    store,
    async stop() {
      await store.close();
      await server.stop();
    },
  };
}

/** Of `received` and `protocol`. */
function message(index: number, rows: number): RowsMessage {
  const segment = segmentId('test', index);
  const received = Buffer.alloc(8);
  received.writeBigInt64LE(1_700_000_000_000_000n + BigInt(index));
  const row = Buffer.concat([uuidBytes(segment), received, Buffer.of(6)]);
  return {
    segment,
    layout: ['received', 'protocol'],
    rows,
    body: Buffer.concat(Array<Buffer>(rows).fill(row)),
    again: false,
  };
}

describe.each([
  ['the embedded engine', embedded],
  ['a server (a stand-in over the embedded engine)', served],
])('%s', (_, open) => {
  let home: Home;
  beforeAll(async () => {
    home = await open();
    await migrate(home.store);
  });
  afterAll(() => home.stop());

  const refused: string[] = [];
  const context: LoadContext = {
    write: (work) => work(new AbortController().signal),
    wait: (reason) => Promise.reject(new Error(`waits: ${reason}`)),
    refused: ({ segment }) => Promise.resolve(void refused.push(segment)),
  };
  const load = (messages: readonly RowsMessage[], doubtful: readonly RowsMessage[] = []): Promise<void> => {
    const metrics = createBusMetrics(new Registry());
    const ids = new Set(doubtful.map(({ segment }) => segment));
    return loadMessages(messages, ids, context, { store: home.store, folder, metrics, writeSeconds: 20 });
  };
  const counts = () =>
    home.store.query('SELECT toString(segment) AS segment, count() AS rows FROM flows GROUP BY segment ORDER BY rows');

  it('refuses a message that it cannot read, and has the others once', async () => {
    const [one, other, broken] = [message(1, 2), message(2, 3), message(3, 4)];
    await load([one, { ...broken, body: broken.body.subarray(0, -3) }, other]);
    expect(refused.splice(0)).toEqual([broken.segment]);
    expect(await counts()).toEqual([
      { segment: one.segment, rows: 2 },
      { segment: other.segment, rows: 3 },
    ]);
  });

  it('has rows that come again when it remembers their token and lost them', async () => {
    await home.store.command('TRUNCATE TABLE flows');
    const messages = [message(4, 500), message(5, 1000)];
    await load(messages);
    for (const statement of home.store.layout.erase('flows', '1 = 1')) await home.store.command(statement);
    expect(await counts()).toEqual([]);
    await load(messages, messages);
    await load(messages, messages);
    expect(await counts()).toEqual(messages.map(({ segment, rows }) => ({ segment, rows })));
  });

  it.each([
    [{ exporter: 'notanip' }],
    [{ exporter: {} }],
    [{ minute: 'x' }],
    [{ datagrams: -1 }],
    [{ datagrams: 1e30 }],
    [{ live: 'maybe' }],
  ])('refuses an observation for what it holds: %j', async (bad) => {
    const row = { exporter: '192.0.2.1', minute: 1_700_000_000, ...bad };
    const error: unknown = await home.store.insert('exporter_minutes', [row]).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/ClickHouse/);
    expect(isUnreadable(error)).toBe(true);
  });

  it('does not blame a row for a table that is missing', async () => {
    const error: unknown = await home.store.insert('no_such_table', [{ a: 1 }]).catch((thrown: unknown) => thrown);
    expect(isUnreadable(error)).toBe(false);
  });
});
