import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_COLUMNS } from '../model/flow';
import { RowBatches } from '../model/rows';
import { createAppender } from './appender';
import { createSpool } from './spool';

describe('appender', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-appender-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (batches: RowBatches, ...rows: number[]): void => {
    const batch = batches.for(['protocol']);
    batch.reserve(rows.length);
    for (const row of rows) batch.bytes[batch.used++] = row;
    batch.rows += rows.length;
  };

  it('gathers rows until they are sealed', async () => {
    const batches = new RowBatches();
    const appender = createAppender(folder);
    put(batches, 6, 17);
    appender.append(batches);
    put(batches, 1);
    appender.append(batches);
    expect([batches.rows, batches.bytes, appender.unsealed]).toEqual([0, 0, 3]);

    const [segment, ...others] = await appender.seal();
    expect(others).toEqual([]);
    expect(segment).toMatchObject({ rows: 3, bytes: 3, layout: ['protocol'] });
    expect([...readFileSync(segment?.path ?? '')]).toEqual([6, 17, 1]);
    expect(appender.unsealed).toBe(0);
    expect(await createSpool(folder).open()).toEqual({ segments: [segment], aside: [], newer: [] });
  });

  it('takes rows while it seals, for the next segment', async () => {
    const batches = new RowBatches();
    const appender = createAppender(folder);
    put(batches, 6);
    appender.append(batches);
    const first = appender.seal();
    put(batches, 17, 1);
    appender.append(batches);
    const second = appender.seal();
    expect([(await first)[0]?.rows, (await second)[0]?.rows]).toEqual([1, 2]);
    expect(await appender.seal()).toEqual([]);
  });

  it('keeps what it cannot write, and writes it when it can', async () => {
    const batches = new RowBatches();
    const gone = join(folder, 'gone');
    const appender = createAppender(gone);
    put(batches, 6);
    expect(() => appender.append(batches)).toThrow('ENOENT');
    expect([batches.rows, appender.unsealed]).toEqual([1, 0]);
    await createSpool(gone).open();
    appender.append(batches);
    expect(await appender.seal()).toMatchObject([{ rows: 1 }]);
  });

  it('loses nothing when there are more layouts than files it may hold open', async () => {
    const batches = new RowBatches();
    const appender = createAppender(folder);
    const names = FLOW_COLUMNS.map(({ name }) => name);
    const layouts = names.flatMap((_, from) => names.slice(from + 1).map((_, to) => names.slice(from, from + to + 1)));
    const few = layouts.slice(0, 300);
    for (const layout of few) {
      const batch = batches.for(layout);
      batch.used = batch.rows = 1;
    }
    appender.append(batches);
    const sealed = await appender.seal();
    expect(sealed.reduce((sum, { rows }) => sum + rows, 0)).toBe(few.length);
    expect(new Set(sealed.map(({ layout }) => layout.join())).size).toBe(few.length);
    expect(readdirSync(folder)).toHaveLength(2 * few.length);
  });
});

describe('segments of another writer', () => {
  it('are adopted when told of, and found when it died before it told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wayleave-orphans-'));
    try {
      const spool = createSpool(folder);
      await spool.open();
      const batches = new RowBatches();
      const appender = createAppender(folder);
      const segment = async (rows: number) => {
        const batch = batches.for(['protocol']);
        batch.used = batch.rows = rows;
        appender.append(batches);
        return appender.seal();
      };
      const told = await segment(2);
      spool.adopt(told);
      const orphan = await segment(3);
      expect(await spool.adoptOrphans()).toEqual(orphan);
      expect(await spool.adoptOrphans()).toEqual([]);
      expect(spool.backlog).toBe(5);
      for (const each of [...told, ...orphan]) await spool.remove(each);
      expect([spool.backlog, readdirSync(folder)]).toEqual([0, []]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
