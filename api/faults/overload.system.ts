import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProduct,
  explained,
  flood,
  FLOWS_EACH,
  ipfixExporter,
  Ledger,
  metric,
  NUMBER_SQL,
  readiness,
  status,
  until,
} from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { openEmbedded } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const SECONDS = Number(process.env.FAULT_SECONDS ?? 15);
/** Far below what waits when datagrams come faster than ClickHouse takes rows. */
const SPOOL_MIB = 32;
/** Batches of exporters over TCP have smaller numbers. */
const FIRST = 24_000_000;
/**
 * The engine's own memory, the spool's segments on their way into it (each a block there, several times as large), and
 * what the decoder holds: measured 0.5 GiB.
 */
const MOST_MIB = 1024;

describe(`more datagrams than can be taken (FAULT_SEED=${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-flood-'));
  const product = createProduct({ folder, config: { spool: { limitMiB: SPOOL_MIB, reserveMiB: 0 } } });
  const ledger = new Ledger(FLOWS_EACH);
  const deps = { product, ledger, random: new Random('flood', SEED), at: Date.now };
  const exporters = [ipfixExporter(deps), ipfixExporter(deps)];

  afterAll(async () => {
    for (const exporter of exporters) exporter.abandon();
    await product.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    `for ${SECONDS} s: all are accounted for, memory is bounded, exporters over TCP wait, and it is over at once`,
    async () => {
      const found: Record<string, unknown> = { FAULT_SEED: SEED };
      await explained(
        product,
        () => found,
        async () => {
          await product.start();
          const { served } = product;
          if (!served) throw new Error('it does not serve');
          const states = new Set<string>();
          let memory = 0;
          const watch = setInterval(() => {
            memory = Math.max(memory, residentMiB(product.pid ?? 0));
            void readiness(product).then((answer) => states.add(answer.status));
          }, 250);
          const sent = await flood({ port: served.udp[0] ?? 0, first: FIRST, seconds: SECONDS });
          clearInterval(watch);
          const ended = performance.now();
          await until('it is ready', 60_000, async () => (await readiness(product)).status === 'ready');
          const before = ledger.acknowledged;
          await until('exporters are answered', 20_000, () => ledger.acknowledged > before + 10);
          await until('the spool is empty', 60_000, async () => (await status(product)).pipeline.backlog === 0);
          const lag = (performance.now() - ended) / 1000;
          // What the kernel dropped is read once a second.
          await sleep(2500);
          const listener = `udp 127.0.0.1:${served.udp[0]}`;
          const count = (name: string, reason?: string) =>
            metric(served, `wayleave_listener_${name}_total`, { listener, ...(reason ? { reason } : {}) });
          const received = await count('received');
          const kernel = await count('dropped', 'kernel');
          const ours = await count('dropped', 'spool-full');
          const taken = received - ours;
          Object.assign(found, { sent, taken, kernel, ours, overload: sent / taken, memory, lag, states: [...states] });
          process.stdout.write(`${JSON.stringify(found)}\n`);
          await Promise.all(exporters.map((exporter) => exporter.stop()));
          expect(await product.stop()).toBe(0);
          const store = openEmbedded(product.data);
          const verdict = await ledger.verdict(store);
          const [stored] = await store.query<{ datagrams: number; broken: number }>(
            `SELECT count() AS datagrams, countIf(rows != ${FLOWS_EACH} OR last - first != ${FLOWS_EACH - 1}) AS broken
           FROM (SELECT count() AS rows, min(${NUMBER_SQL}) AS first, max(${NUMBER_SQL}) AS last FROM flows
             WHERE ${NUMBER_SQL} >= ${FIRST} GROUP BY intDiv(${NUMBER_SQL}, ${FLOWS_EACH}))`,
          );
          await store.close();
          process.stdout.write(`${JSON.stringify({ ...verdict, ...stored })}\n`);
          expect(received + kernel).toBe(sent);
          expect(kernel + ours).toBeGreaterThan(sent / 2);
          expect(stored).toEqual({ datagrams: taken, broken: 0 });
          expect(verdict).toMatchObject({ lost: [], doubled: [], mangled: 0, unanswered: 0 });
          expect(memory).toBeLessThan(MOST_MIB);
          expect(product.logged(50)).toEqual([]);
        },
      );
    },
    SECONDS * 1000 + 180_000,
  );
});

function residentMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes ?? 0) / 1024;
}
