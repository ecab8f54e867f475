import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProduct,
  explained,
  flood,
  FLOWS_EACH,
  ipfixExporter,
  ipfixFile,
  Ledger,
  metric,
  missingMount,
  mountTmpfs,
  readiness,
  status,
  until,
  upload,
  uploader,
  type Mounted,
} from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { describeSystem } from '../../fixtures/system';
import { openEmbedded } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** Room for a segment of all that is kept in memory, and for the engine to take it in. */
const DISK_MIB = 640;
/** How long the disk stays as it is, and what comes over UDP meanwhile: more rows than are kept in memory. */
const FAULT_SECONDS = 3;
const RATE = 20_000;
const MOST_DATAGRAMS = 2 * FAULT_SECONDS * RATE;

interface Case {
  readonly fault: string;
  /** Below the data directory: what is on a file system of its own. */
  readonly folder: string;
  begin(disk: Mounted): void | Promise<void>;
  end(disk: Mounted): void | Promise<void>;
  /** What `/readyz` says while it lasts. */
  readonly state: string;
}

const full = (folder: string, state = 'full'): Case => ({
  fault: `a full disk under ${folder}`,
  folder,
  begin: (disk) => disk.fill(),
  end: (disk) => disk.release(),
  state,
});

const CASES: readonly Case[] = [
  full('.'),
  full('spool'),
  full('engine', 'degraded'),
  {
    fault: 'a spool that can only be read',
    folder: 'spool',
    begin: (disk) => until('the spool is read-only', 10_000, () => disk.readOnly(true)),
    end: (disk) => void disk.readOnly(false),
    state: 'full',
  },
];

describeSystem('a disk that does not take what it should', missingMount, () => {
  it.each(CASES)(
    '$fault: senders are pushed back, and it goes on without a restart',
    async ({ folder, begin, end, state }) => {
      const root = mkdtempSync(join(tmpdir(), 'wayleave-disk-'));
      const product = createProduct({ folder: root, config: { spool: { reserveMiB: 8 } } });
      const disk = mountTmpfs(join(product.data, folder), DISK_MIB);
      const ledger = new Ledger(FLOWS_EACH);
      const deps = { product, ledger, random: new Random(folder, SEED), at: Date.now };
      const senders = [ipfixExporter(deps), ipfixExporter(deps), uploader(deps)];
      const facts = () => ({ FAULT_SEED: SEED, folder, acknowledged: ledger.acknowledged });
      try {
        await explained(product, facts, async () => {
          await product.start();
          await until('batches are acknowledged', 10_000, () => ledger.acknowledged > 20);
          await begin(disk);
          await until(`it is ${state}`, 10_000, async () => (await readiness(product)).status === state);
          const { served } = product;
          if (!served) throw new Error('it does not serve');
          // What was sealed before is answered still.
          await sleep(1000);
          const during = ledger.acknowledged;
          const datagrams = ledger.next(MOST_DATAGRAMS);
          const { first } = datagrams;
          const sent = await flood({
            port: served.udp[0] ?? 0,
            first,
            seconds: FAULT_SECONDS,
            rate: state === 'full' ? RATE : 20,
          });
          // What was dropped is told once a second.
          await sleep(1500);
          const count = (name: string, reason: string): Promise<number> =>
            metric(served, `wayleave_listener_${name}_total`, { reason });
          const dropped = (await count('dropped', 'spool-full')) + (await count('dropped', 'kernel'));
          if (state === 'full') {
            // Some are kept in memory.
            expect(dropped).toBeGreaterThan(sent / 4);
            expect(await upload(served, ipfixFile(ledger.next(), Date.now()))).toEqual({
              status: 503,
              retryAfter: expect.any(Number) as number,
            });
            expect(ledger.acknowledged).toBe(during);
          } else expect(ledger.acknowledged).toBeGreaterThan(during);
          await end(disk);
          await until('it is ready', 45_000, async () => (await readiness(product)).status === 'ready');
          const before = ledger.acknowledged;
          await until('batches are acknowledged again', 20_000, () => ledger.acknowledged > before + 20);
          await Promise.all(senders.map((sender) => sender.stop()));
          await until('the spool is empty', 60_000, async () => (await status(product)).pipeline.backlog === 0);
          expect(await product.stop()).toBe(0);
          const store = openEmbedded(product.data);
          const verdict = await ledger.verdict(store);
          const stored = (await ledger.stored(store, datagrams)) / FLOWS_EACH;
          await store.close();
          process.stdout.write(`${JSON.stringify({ ...verdict, sent, dropped, stored })}\n`);
          expect(stored).toBe(sent - dropped);
          expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
        });
      } finally {
        for (const sender of senders) sender.abandon();
        await product.kill();
        disk.unmount();
        rmSync(root, { recursive: true, force: true });
      }
    },
    180_000,
  );
});
