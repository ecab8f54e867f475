import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnClickHouse, type ClickHouseProcess, type Fault } from '../../fixtures/clickhouse';
import {
  createProduct,
  explained,
  flood,
  FLOWS_EACH,
  ipfixExporter,
  Ledger,
  readiness,
  status,
  until,
  uploader,
  type Product,
} from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { openServer } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const OUTAGE_SECONDS = Number(process.env.FAULT_SECONDS ?? 12);
const DATABASE = 'wayleave';
const ACCOUNT = { user: 'default', password: '', database: DATABASE };

/** What is wrong for so long, with how much of it anybody can tell. */
interface Trouble {
  readonly name: string;
  readonly seconds: number;
  readonly fault: Fault;
  /** What `/readyz` says at its end; undefined where what comes in between passes. */
  readonly state?: 'degraded';
}

const INSERTS = '^INSERT INTO flows';

const TROUBLES: readonly Trouble[] = [
  { name: 'refuses connections', seconds: OUTAGE_SECONDS, fault: { kind: 'refuse' }, state: 'degraded' },
  { name: 'is slow', seconds: 6, fault: { kind: 'slow', bytesPerSecond: 20_000 } },
  { name: 'hangs', seconds: 6, fault: { kind: 'hang', seconds: 2, only: INSERTS, times: 3 } },
  { name: 'closes before it did it', seconds: 4, fault: { kind: 'close-before', only: INSERTS, times: 4 } },
  { name: 'closes after it did it', seconds: 4, fault: { kind: 'close-after', only: INSERTS, times: 4 } },
  { name: 'has too many parts', seconds: 4, fault: { kind: 'exception', code: 252, only: INSERTS } },
  { name: 'lost its keeper', seconds: 4, fault: { kind: 'exception', code: 242, only: INSERTS }, state: 'degraded' },
  { name: 'is behind a broken proxy', seconds: 4, fault: { kind: 'status', status: 502 }, state: 'degraded' },
];

describe(`a ClickHouse server that is away or in trouble (FAULT_SEED=${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-server-'));
  const directory = join(folder, 'clickhouse');
  const random = new Random('clickhouse', SEED);
  const ledger = new Ledger(FLOWS_EACH);
  let clickhouse: ClickHouseProcess;
  let product: Product;
  let senders: ReturnType<typeof uploader>[] = [];
  let datagrams = 0;

  beforeAll(async () => {
    mkdirSync(directory);
    clickhouse = await spawnClickHouse({ directory });
    product = createProduct({ folder, config: { store: { url: clickhouse.url, ...ACCOUNT } } });
    await product.start();
    const deps = { product, ledger, random, at: Date.now, pause: 200 };
    senders = [ipfixExporter(deps), ipfixExporter(deps), uploader(deps)];
  });
  afterAll(async () => {
    for (const sender of senders) sender.abandon();
    await product.kill();
    await clickhouse.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const facts = () => ({ FAULT_SEED: SEED, acknowledged: ledger.acknowledged, datagrams });

  const sendDatagrams = async (seconds: number): Promise<void> => {
    const { udp } = product.served ?? { udp: [] };
    const rate = 20;
    const { first } = ledger.next(rate * seconds + 1);
    datagrams += await flood({ port: udp[0] ?? 0, first, seconds, rate });
  };

  const recovered = async (): Promise<void> => {
    await until('it is ready', 60_000, async () => (await readiness(product)).status === 'ready');
    const before = ledger.acknowledged;
    await until('batches are acknowledged again', 20_000, () => ledger.acknowledged > before + 10);
  };

  const comeBack = async (): Promise<void> => {
    clickhouse = await spawnClickHouse({ directory, port: Number(new URL(clickhouse.url).port) });
  };

  it.each(TROUBLES)('that $name', ({ seconds, fault, state }) =>
    explained(product, facts, async () => {
      const before = ledger.acknowledged;
      await clickhouse.fault(fault);
      await sendDatagrams(seconds);
      // Whatever ClickHouse does, exporters are heard and answered.
      expect(ledger.acknowledged).toBeGreaterThan(before + 3 * seconds);
      expect(await readiness(product)).toMatchObject({ code: 200, ...(state ? { status: state } : {}) });
      await clickhouse.fault(undefined);
      await recovered();
    }),
  );

  it('that is killed while it takes rows, again and again', () =>
    explained(product, facts, async () => {
      for (let time = 0; time < 5; time++) {
        await sleep(random.int(200, 1500));
        await clickhouse.kill();
        await sleep(random.int(0, 500));
        await comeBack();
      }
      await recovered();
    }));

  it('that is away when we start', () =>
    explained(product, facts, async () => {
      await clickhouse.kill();
      await product.kill();
      await product.start();
      const before = ledger.acknowledged;
      await until('batches are acknowledged', 20_000, () => ledger.acknowledged > before + 10);
      expect(await readiness(product)).toMatchObject({ code: 200, status: 'degraded' });
      await comeBack();
      await recovered();
    }));

  it('and in the end has every flow exactly once', () =>
    explained(product, facts, async () => {
      await Promise.all(senders.map((sender) => sender.stop()));
      await until('the spool is empty', 30_000, async () => (await status(product)).pipeline.backlog === 0);
      expect(await product.stop()).toBe(0);
      const store = await openServer({ url: clickhouse.url, ...ACCOUNT });
      const verdict = await ledger.verdict(store);
      await store.close();
      process.stdout.write(`${JSON.stringify(verdict)}\n`);
      expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
      expect(product.logged(50)).toEqual([]);
    }));
});
