import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RowBatches } from '../model/rows';
import { createSpool } from './spool';

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
    expect(await later.open()).toEqual({ segments: [segment], aside: [] });
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

  it('sets aside what was cut off, with the reason, and keeps the rest', async () => {
    const spool = createSpool(folder);
    const [good] = await spool.write(filled(6));
    const [cut] = await spool.write(filled(6, 17, 1));
    truncateSync(cut?.path ?? '', 1);
    writeFileSync(join(folder, 'orphan.rows'), 'x');
    writeFileSync(join(folder, 'odd.json'), '{"schema":9}');
    const { segments, aside } = await createSpool(folder).open();
    expect(segments).toEqual([good]);
    expect(aside.map((reason) => reason.split(':')[0])).toEqual(expect.arrayContaining([cut?.id, 'odd', 'orphan']));
    expect(readdirSync(join(folder, 'aside')).sort()).toEqual(
      [`${cut?.id}.json`, `${cut?.id}.rows`, 'odd.json', 'orphan.rows'].sort(),
    );
  });

  it('forgets what was loaded', async () => {
    const spool = createSpool(folder);
    for (const segment of await spool.write(filled(6))) await spool.remove(segment);
    expect(spool.backlog).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
