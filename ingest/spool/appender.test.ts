import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_COLUMNS } from '../model/flow';
import { RowBatches } from '../model/rows';
import { sealAbandoned } from './abandoned';
import { createAppender } from './appender';
import { createSpool } from './spool';
import { verify } from './verify';

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

    const { segments, failure, lost } = await appender.seal();
    const [segment, ...others] = segments;
    expect([others, failure, lost]).toEqual([[], undefined, 0]);
    expect(segment).toMatchObject({ rows: 3, bytes: 3, layout: ['protocol'] });
    expect([...readFileSync(segment?.path ?? '')]).toEqual([6, 17, 1]);
    expect(appender.unsealed).toBe(0);
    expect(await createSpool(folder).open()).toEqual({ segments: [segment], aside: [], left: [] });
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
    expect([(await first).segments[0]?.rows, (await second).segments[0]?.rows]).toEqual([1, 2]);
    expect((await appender.seal()).segments).toEqual([]);
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
    expect((await appender.seal()).segments).toMatchObject([{ rows: 1 }]);
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
    const { segments: sealed } = await appender.seal();
    expect(sealed.reduce((sum, { rows }) => sum + rows, 0)).toBe(few.length);
    expect(new Set(sealed.map(({ layout }) => layout.join())).size).toBe(few.length);
    expect(readdirSync(folder)).toHaveLength(2 * few.length);
  });

  it('refuses more when the disk does not keep up with ever new layouts, and goes on when it does', async () => {
    const batches = new RowBatches();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const appender = createAppender(folder, () => held);
    const names = FLOW_COLUMNS.map(({ name }) => name);
    const layouts = names.flatMap((_, from) => names.slice(from + 1).map((_, to) => names.slice(from, from + to + 1)));
    const many = layouts.slice(0, 1200);
    for (const layout of many) {
      const batch = batches.for(layout);
      batch.used = batch.rows = 1;
    }
    expect(() => appender.append(batches)).toThrow('the disk does not keep up');
    const first = appender.seal();
    release();
    const before = (await first).segments.length;
    appender.append(batches);
    expect(batches.rows).toBe(0);
    expect(before + (await appender.seal()).segments.length).toBe(many.length);
  });

  describe('when a sync fails', () => {
    /** Fails as often as it is told; does nothing else. */
    const failing = (times: number) => {
      let left = times;
      return () => (left-- > 0 ? Promise.reject(new Error('EIO: i/o error, fsync')) : Promise.resolve());
    };

    it('writes the rows to another file, because a second sync of the same one means nothing', async () => {
      const batches = new RowBatches();
      const appender = createAppender(folder, failing(1));
      put(batches, 6, 17);
      appender.append(batches);
      const before = readdirSync(folder).find((name) => name.endsWith('.rows'));
      const { ino } = statSync(join(folder, before ?? ''));
      expect(await appender.seal()).toEqual({ segments: [], failure: 'EIO: i/o error, fsync', lost: 0 });
      expect(appender.unsealed).toBe(2);

      put(batches, 1);
      appender.append(batches);
      const { segments, failure, lost } = await appender.seal();
      expect([failure, lost, appender.unsealed]).toEqual([undefined, 0, 0]);
      expect(segments.map(({ rows }) => rows)).toEqual([2, 1]);
      expect(segments[0]?.path).toBe(join(folder, before ?? ''));
      expect(statSync(segments[0]?.path ?? '').ino).not.toBe(ino);
      expect([...readFileSync(segments[0]?.path ?? '')]).toEqual([6, 17]);
      expect((await createSpool(folder).open()).segments).toHaveLength(2);
      expect(readdirSync(folder)).toHaveLength(4);
    });

    it('tells of rows that the disk has lost, and hands them over to be set aside', async () => {
      const batches = new RowBatches();
      const appender = createAppender(folder, failing(1));
      put(batches, 6, 17);
      appender.append(batches);
      await appender.seal();
      const name = readdirSync(folder).find((each) => each.endsWith('.rows'));
      // As the file system gives back what was there before.
      writeFileSync(join(folder, name ?? ''), Buffer.from([0, 0]));
      const { segments, failure, lost } = await appender.seal();
      expect([segments.length, failure, lost, appender.unsealed]).toEqual([1, undefined, 2, 0]);
      const [segment] = segments;
      if (!segment) throw new Error('no segment');
      await expect(verify(segment)).rejects.toMatchObject({ code: 'bad-segment' });
    });

    it('answers for an earlier call that failed meanwhile', async () => {
      const batches = new RowBatches();
      const appender = createAppender(folder, failing(1));
      put(batches, 6);
      appender.append(batches);
      const first = appender.seal();
      put(batches, 17);
      appender.append(batches);
      const second = appender.seal();
      expect((await first).failure).toContain('EIO');
      expect((await second).segments.map(({ rows }) => rows)).toEqual([1, 1]);
    });

    it('does not hold up the other segments', async () => {
      const batches = new RowBatches();
      const appender = createAppender(folder, failing(1));
      put(batches, 6);
      const other = batches.for(['src_port']);
      other.used = 2;
      other.rows = 1;
      appender.append(batches);
      const { segments, failure } = await appender.seal();
      expect(segments.map(({ layout }) => layout)).toEqual([['src_port']]);
      expect(failure).toContain('EIO');
    });
  });
});

describe('segments that a dead thread appended to', () => {
  it('count up to their last whole row', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wayleave-abandoned-'));
    try {
      const spool = createSpool(folder);
      await spool.open();
      const batches = new RowBatches();
      const appender = createAppender(folder);
      const batch = batches.for(['src_port']);
      [batch.used, batch.rows] = [6, 3];
      appender.append(batches);
      const name = readdirSync(folder).find((each) => each.endsWith('.rows'));
      appendFileSync(join(folder, name ?? ''), Buffer.from([1]));
      expect(await sealAbandoned(folder)).toBe(3);
      const [segment] = await spool.adoptOrphans();
      expect(segment).toMatchObject({ rows: 3, bytes: 6 });
      if (segment) await verify(segment);
      expect(await sealAbandoned(folder)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
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
        return (await appender.seal()).segments;
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
