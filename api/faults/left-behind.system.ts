import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  analysed,
  createProduct,
  explained,
  filesIn,
  FLOWS_EACH,
  leaveAsEarlierRelease,
  Ledger,
  metric,
  spoolBatches,
  status,
  until,
  type Product,
} from '../../fixtures/faults';
import { FLOW_SCHEMA } from '../../ingest/model/flow';
import { openEmbedded } from '../../ingest/store';
import { MIGRATIONS } from '../../ingest/store/schema';

const AT = Date.UTC(2026, 9, 1, 12, 30);

describe('a data directory that another process left', () => {
  let folder: string;
  let product: Product;
  const ledger = { current: new Ledger(FLOWS_EACH) };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-left-'));
    product = createProduct({ folder });
    ledger.current = new Ledger(FLOWS_EACH);
  });
  afterEach(async () => {
    await product.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const startAndLoad = async (): Promise<void> => {
    await product.start();
    await until('what waited is loaded', 60_000, async () => {
      const { flows, pipeline } = await status(product);
      return pipeline.backlog === 0 && flows === ledger.current.acknowledged * FLOWS_EACH;
    });
  };

  it('of an earlier release, with a full spool and a roll-up under way: is loaded, rolled up and right', () =>
    explained(product, Object, async () => {
      await leaveAsEarlierRelease(product.data, ledger.current, AT);
      await startAndLoad();
      await analysed(product);
      expect(await product.stop()).toBe(0);
      const store = openEmbedded(product.data);
      const verdict = await ledger.current.verdict(store);
      const found = await store.query(
        `SELECT sum(connections) AS connections, count() = (SELECT count() FROM conversations) AS all_current,
           (SELECT max(number) FROM migrations) AS schema,
           (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'sessions') AS sessions
         FROM current_conversations`,
      );
      await store.close();
      expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0, unanswered: 0 });
      const connections = ledger.current.acknowledged * FLOWS_EACH;
      const schema = MIGRATIONS.at(-1)?.number;
      expect(found).toEqual([{ connections, all_current: 1, schema, sessions: 0 }]);
      expect(filesIn(join(product.data, 'spool'), /^aside\//)).toEqual([]);
    }));

  it('with broken segments among whole ones: those are set aside with a reason and counted, these are loaded', () =>
    explained(product, Object, async () => {
      const spool = join(product.data, 'spool');
      const batches = Array.from({ length: 20 }, () => ledger.current.next());
      const segments = await spoolBatches(spool, batches, AT);
      const pathOf = (index: number, kind: 'rows' | 'json') => join(spool, `${segments[index]?.id}.${kind}`);
      const broken = [
        { reason: /checksum/, rows: FLOWS_EACH, break: () => flipByte(pathOf(0, 'rows'), 700) },
        { reason: /rows take/, rows: FLOWS_EACH, break: () => truncateSync(pathOf(1, 'rows'), 700) },
        { reason: /rows/, rows: FLOWS_EACH, break: () => rmSync(pathOf(2, 'rows')) },
        { reason: /JSON|manifest/, rows: 0, break: () => truncateSync(pathOf(3, 'json'), 30) },
        { reason: /manifest/, rows: 0, break: () => writeFileSync(pathOf(4, 'json'), '{"schema":2}') },
      ];
      for (const each of broken) each.break();
      const newer = { ...(JSON.parse(readFileSync(pathOf(5, 'json'), 'utf8')) as object), schema: FLOW_SCHEMA + 1 };
      writeFileSync(pathOf(5, 'json'), JSON.stringify(newer));
      for (const batch of batches.slice(broken.length + 1)) ledger.current.acknowledge(batch);
      await startAndLoad();
      const { served } = product;
      if (!served) throw new Error('it does not serve');
      const aside = broken.reduce((sum, { rows }) => sum + rows, 0);
      expect(await metric(served, 'wayleave_spool_set_aside_rows_total')).toBe(aside);
      expect(await product.stop()).toBe(0);
      const store = openEmbedded(product.data);
      const verdict = await ledger.current.verdict(store);
      await store.close();
      expect(verdict).toMatchObject({ lost: [], doubled: [], foreign: 0, mangled: 0 });
      for (const [index, { reason }] of broken.entries()) {
        expect(readFileSync(join(spool, 'aside', `${segments[index]?.id}.reason`), 'utf8')).toMatch(reason);
      }
      expect(filesIn(spool, /^aside\//)).toEqual([`${segments[5]?.id}.json`, `${segments[5]?.id}.rows`]);
    }));
});

function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  writeFileSync(path, bytes);
}
