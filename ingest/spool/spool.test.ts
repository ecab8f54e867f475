import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowBatches } from '../model/rows';
import type { SpooledSegment } from './manifest';
import { createSpool } from './spool';
import { verify } from './verify';

describe('spool', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wayleave-spool-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const filled = (...rows: number[]) => {
    const batches = new RowBatches();
    const batch = batches.for(['protocol']);
    batch.reserve(rows.length);
    for (const row of rows) batch.bytes[batch.used++] = row;
    batch.rows = rows.length;
    return batches;
  };

  it('writes rows that a later process finds again', async () => {
    const [segment] = await createSpool(folder).write(filled(6, 17));
    expect(segment).toMatchObject({ rows: 2, bytes: 2, layout: ['protocol'] });
    expect([...readFileSync(segment?.path ?? '')]).toEqual([6, 17]);
    const later = createSpool(folder);
    expect(await later.open()).toEqual({ segments: [segment], aside: [], left: [] });
    expect(later.backlog).toBe(2);
  });

  it('lets decoding go on while a segment is written', async () => {
    const batches = filled(6);
    const writing = createSpool(folder).write(batches);
    const batch = batches.for(['protocol']);
    batch.bytes[batch.used++] = 17;
    batch.rows++;
    await writing;
    expect(batch.rows).toBe(1);
    expect(batch.bytes[0]).toBe(17);
  });

  it('sets aside what was cut off, with the reason and the rows lost, and keeps the rest', async () => {
    const spool = createSpool(folder);
    const [good] = await spool.write(filled(6));
    const [cut] = await spool.write(filled(6, 17, 1));
    truncateSync(cut?.path ?? '', 1);
    writeFileSync(join(folder, 'open.json'), '{"schema":2,"open":true,"layout":["src_port","protocol"]}');
    writeFileSync(join(folder, 'open.rows'), Buffer.alloc(7));
    writeFileSync(join(folder, 'orphan.rows'), 'x');
    writeFileSync(join(folder, 'odd.json'), '{"schema":2}');
    writeFileSync(join(folder, 'odd.json.new'), '{');
    const { segments, aside } = await createSpool(folder).open();
    expect(segments).toEqual([good]);
    expect(Object.fromEntries(aside.map(({ segment, rows }) => [segment, rows]))).toEqual({
      [cut?.id ?? '']: 3,
      open: 2,
      odd: undefined,
    });
    expect(readFileSync(join(folder, 'aside', `${cut?.id}.reason`), 'utf8')).toMatch(
      /take 1 bytes, its manifest says 3/,
    );
    expect(readdirSync(folder).sort()).toEqual(['aside', `${good?.id}.json`, `${good?.id}.rows`].sort());
  });

  it('takes segments of the first schema, which have no checksum', async () => {
    writeFileSync(join(folder, 'early.json'), '{"schema":1,"rows":2,"bytes":2,"layout":["protocol"]}');
    writeFileSync(join(folder, 'early.rows'), Buffer.from([6, 17]));
    const { segments } = await createSpool(folder).open();
    expect(segments).toMatchObject([{ id: 'early', rows: 2, crc32c: undefined }]);
    await expect(verify(segments[0] as SpooledSegment)).resolves.toBeUndefined();
  });

  it('leaves alone what it cannot read at present', async () => {
    const [segment] = await createSpool(folder).write(filled(6));
    rmSync(join(folder, `${segment?.id}.json`));
    mkdirSync(join(folder, `${segment?.id}.json`));
    const { segments, aside, left } = await createSpool(folder).open();
    expect([segments, aside, left]).toEqual([
      [],
      [],
      [{ segment: segment?.id, reason: expect.stringMatching(/EISDIR/) }],
    ]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('leaves segments of a newer release where they are', async () => {
    writeFileSync(join(folder, 'later.json'), '{"schema":99,"layout":["warp"],"rows":1}');
    writeFileSync(join(folder, 'later.rows'), 'x');
    expect(await createSpool(folder).open()).toEqual({
      segments: [],
      aside: [],
      left: [{ segment: 'later', reason: expect.stringMatching(/newer Wayleave/) }],
    });
    expect(readdirSync(folder).sort()).toEqual(['later.json', 'later.rows']);
  });

  it('writes no segment twice that waits already', async () => {
    const spool = createSpool(folder);
    expect(await spool.write(filled(6), () => 'same')).toHaveLength(1);
    expect(await spool.write(filled(17), () => 'same')).toEqual([]);
    expect([...readFileSync(join(folder, 'same.rows'))]).toEqual([6]);
    expect(spool.backlog).toBe(1);
  });

  it('keeps nothing of what it could not write to its end', async () => {
    const spool = createSpool(folder);
    const batches = filled(6);
    const other = batches.for(['protocol', 'bytes']);
    other.reserve(9);
    other.used = 9;
    other.rows = 1;
    const names = ['first', 'no/such/folder'];
    await expect(spool.write(batches, () => names.shift() ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(spool.backlog).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells rows that changed on disk from those that were written', async () => {
    const [segment] = await createSpool(folder).write(filled(6, 17));
    await verify(segment as SpooledSegment);
    writeFileSync(segment?.path ?? '', Buffer.from([6, 16]));
    await expect(verify(segment as SpooledSegment)).rejects.toMatchObject({ code: 'bad-segment' });
    rmSync(segment?.path ?? '');
    await expect(verify(segment as SpooledSegment)).rejects.toThrow(/its rows are gone/);
  });

  it('forgets what was loaded', async () => {
    const spool = createSpool(folder);
    for (const segment of await spool.write(filled(6))) await spool.remove(segment);
    expect(spool.backlog).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
