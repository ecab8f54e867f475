import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnClickHouse, type ClickHouseProcess } from '../../fixtures/clickhouse';
import {
  analysed,
  createProduct,
  explained,
  flood,
  FLOWS_EACH,
  ipfixExporter,
  ipfixMessages,
  Ledger,
  metric,
  missingFaketime,
  readiness,
  until,
  uploader,
  wallClock,
  type Product,
  type Sender,
} from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { describeSystem } from '../../fixtures/system';
import { openServer } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const HOUR = 3600;
/** All flows are of this hour and of the one after, so that every jump makes conversations of hours that have some. */
const AT = Date.UTC(2026, 9, 1, 12, 59, 50);
/** Hours behind the true time, one after the other: where it starts, forwards by one, back again, by more, and right. */
const BEHIND = [3, 2, 3, 1, 3, 0];
const STAY_MS = 1500;

const ACCOUNT = { user: 'default', password: '', database: 'wayleave' };

/**
 * The engine is in a process of its own, whose clock is right: under libfaketime its threads miss their deadlines, and
 * mutations hang for good, whether the clock jumps or not.
 */
describeSystem('a clock that jumps', missingFaketime, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-clock-'));
  const clock = wallClock(join(folder, 'time'));
  let clickhouse: ClickHouseProcess;
  let product: Product;
  const ledger = new Ledger(FLOWS_EACH);
  const random = new Random('clock', SEED);
  let senders: Sender[] = [];

  beforeAll(async () => {
    clock.set(-Math.max(...BEHIND) * HOUR);
    const directory = join(folder, 'clickhouse');
    mkdirSync(directory);
    clickhouse = await spawnClickHouse({ directory });
    product = createProduct({ folder, env: clock.env, config: { store: { url: clickhouse.url, ...ACCOUNT } } });
    await product.start();
    const deps = { product, ledger, random, at: () => AT + random.int(0, 20_000), pause: 300 };
    senders = [ipfixExporter(deps), uploader(deps)];
  });

  afterAll(async () => {
    for (const sender of senders) sender.abandon();
    await product.kill();
    await clickhouse.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'by hours, forwards and backwards: every flow and every conversation once, and connections last',
    () =>
      explained(
        product,
        () => ({ FAULT_SEED: SEED }),
        async () => {
          const { served } = product;
          if (!served) throw new Error('it does not serve');
          const lasting = createConnection({ port: served.tcp[0] ?? 0, host: '127.0.0.1', allowHalfOpen: true });
          await once(lasting, 'connect');
          const onIt = [];
          let datagrams = 0;
          for (const hours of BEHIND) {
            clock.set(-hours * HOUR);
            const batch = ledger.next();
            onIt.push(batch);
            for (const message of ipfixMessages(batch, AT)) lasting.write(message);
            datagrams += await flood({ port: served.udp[0] ?? 0, first: ledger.next(20).first, seconds: 1, rate: 10 });
            await sleep(STAY_MS);
            await analysed(product);
            // Senders go on meanwhile, and keep the engine busy for a moment now and then.
            await until('it is ready, without a reservation', 10_000, async () => {
              const { code, reasons } = await readiness(product);
              return code === 200 && reasons.length === 0;
            });
            expect(await metric(served, 'wayleave_spool_oldest_seconds')).toBeLessThan(60);
          }
          lasting.end().resume();
          await once(lasting, 'end');
          for (const batch of onIt) ledger.acknowledge(batch);
          await Promise.all(senders.map((sender) => sender.stop()));
          await analysed(product);
          expect(await metric(served, 'wayleave_listener_connections_ended_total', { reason: 'stalled' })).toBe(0);
          expect(await metric(served, 'wayleave_listener_connections_ended_total', { reason: 'idle' })).toBe(0);
          expect(await product.stop()).toBe(0);

          const store = await openServer({ url: clickhouse.url, ...ACCOUNT });
          const verdict = await ledger.verdict(store);
          const [flows] = await store.query<{ flows: number; hours: number; spread: number }>(
            `SELECT count() AS flows, uniqExact(toStartOfHour(start)) AS hours,
             round(toUnixTimestamp64Micro(max(received)) / 3.6e9 - toUnixTimestamp64Micro(min(received)) / 3.6e9) AS spread
           FROM flows`,
          );
          const conversations = await store.query(
            'SELECT sum(connections) AS connections, uniqExact(hour, version) AS buckets FROM current_conversations',
          );
          const [minutes] = await store.query<{ datagrams: number }>(
            "SELECT sum(received) AS datagrams FROM listener_minutes WHERE listener LIKE 'udp %'",
          );
          await store.close();
          process.stdout.write(`${JSON.stringify({ ...verdict, ...flows, minutes, datagrams })}\n`);
          expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
          // The jumps were seen.
          expect(flows).toMatchObject({ spread: 3 });
          expect(conversations).toEqual([{ connections: flows?.flows, buckets: flows?.hours }]);
          expect(minutes?.datagrams).toBe(datagrams);
        },
      ),
    240_000,
  );
});
