import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProduct, explained, filesIn, ipfixExporter, Ledger, uploader } from '../../fixtures/faults';
import { Random } from '../../fixtures/generate/random';
import { openEmbedded } from '../../ingest/store';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 100);
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);
/** The first are killed before they serve, so that the schema is brought up to date by many processes. */
const STILLBORN = 8;
/** Later on, this share of them: in the midst of repairing what the one before left. */
const STILLBORN_LATER = 0.3;
/** What a start takes on two idle cores. */
const START_MS = 1000;
const LONGEST_LIFE_MS = 1200;

describe(`kill -9 at any moment (FAULT_SEED=${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-kill-'));
  const random = new Random('kill', SEED);
  const product = createProduct({ folder });
  const ledger = new Ledger(240);
  const deps = { product, ledger, random, at: Date.now };
  const senders = [ipfixExporter(deps), ipfixExporter(deps), ipfixExporter(deps), uploader(deps), uploader(deps)];

  afterAll(async () => {
    for (const sender of senders) sender.abandon();
    await product.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const live = async (round: number): Promise<void> => {
    const starting = product.start();
    if (round < STILLBORN || random.chance(STILLBORN_LATER)) await sleep(random.int(0, START_MS));
    else if (await starting) await sleep(random.int(0, LONGEST_LIFE_MS));
    await product.kill();
    await starting;
  };

  it(
    `${ROUNDS} times: every acknowledged flow is there exactly once, and nothing is left over`,
    async () => {
      const facts = () => ({ FAULT_SEED: SEED, acknowledged: ledger.acknowledged });
      await explained(product, facts, async () => {
        for (let round = 0; round < ROUNDS; round++) await live(round);
        await product.start();
        await Promise.all(senders.map((sender) => sender.stop()));
        expect(await product.stop()).toBe(0);
        const store = openEmbedded(product.data);
        const verdict = await ledger.verdict(store);
        await store.close();
        process.stdout.write(`${JSON.stringify(verdict)}\n`);
        expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
        expect(verdict.acknowledged).toBeGreaterThan(ROUNDS);
        expect(filesIn(join(product.data, 'spool'), /^aside\//)).toEqual([]);
        expect(product.logged(50).filter(({ msg }) => msg !== 'segment set aside')).toEqual([]);
      });
    },
    ROUNDS * 8000,
  );
});
