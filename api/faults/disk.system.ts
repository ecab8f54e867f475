import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProduct,
  explained,
  FLOWS_EACH,
  ipfixExporter,
  Ledger,
  missingMount,
  mountTmpfs,
  readiness,
  until,
  uploader,
  type Mounted,
} from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { describeSystem } from '../../fixtures/system';
import { openEmbedded } from '../../ingest/store';

const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
const DISK_MIB = 192;
/** How long the disk stays as it is. */
const FAULT_MS = 4000;

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
          await sleep(FAULT_MS);
          const during = ledger.acknowledged;
          await sleep(FAULT_MS);
          const acknowledged = ledger.acknowledged - during;
          process.stdout.write(`${JSON.stringify({ ...facts(), ...(await readiness(product)), meanwhile: acknowledged })}\n`);
          await end(disk);
          await until('it is ready', 45_000, async () => (await readiness(product)).status === 'ready');
          const before = ledger.acknowledged;
          await until('batches are acknowledged again', 20_000, () => ledger.acknowledged > before + 20);
          await Promise.all(senders.map((sender) => sender.stop()));
          expect(await product.stop()).toBe(0);
          const store = openEmbedded(product.data);
          const verdict = await ledger.verdict(store);
          await store.close();
          process.stdout.write(`${JSON.stringify(verdict)}\n`);
          expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
        });
      } finally {
        for (const sender of senders) sender.abandon();
        await product.kill();
        disk.unmount();
        rmSync(root, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
