import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineFormat, EnginePlan, ReadReport } from '../decode/format';
import { migrate, openEmbedded, type Store } from '../store';
import { UPLOAD_LIMITS } from './limits';
import { loadLines } from './lines';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-lines-'));
let store: Store;
beforeAll(async () => {
  store = openEmbedded(join(folder, 'data'));
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Words a line, `;` between records: `port name`, `# anything`, `lost`; a name is also said of an address. */
const plan: EnginePlan = {
  unfold: `splitByChar(';', line)`,
  stages: [`splitByChar(' ', line) AS words`, `toUInt16OrNull(words[1]) AS port`],
  with: `ifNull(port, 0) AS known_port`,
  good: `isNotNull(port)`,
  skipped: `startsWith(line, '#')`,
  lost: `line = 'lost'`,
  reject: `if(isNull(port), concat('no port: ', line), '')`,
  plain: `NOT startsWith(line, '#') AND line != 'lost'`,
  columns: { format: `'words'`, dst_port: 'known_port', reporter: `words[2]` },
  sightings: `if(length(words) < 2, [], [(toDateTime64(1700000000, 6), 'name', toIPv6('10.0.0.1'), toUInt8(0), toUInt16(0), words[2])])`,
};
const format: EngineFormat = {
  kind: 'engine',
  name: 'words',
  title: 'words',
  fills: {},
  recognise: () => true,
  plan: () => plan,
};

function load(text: string, segment: string, changed: Partial<EnginePlan> = {}): Promise<ReadReport> {
  const path = join(folder, 'lines');
  writeFileSync(path, text);
  return loadLines(store, {
    name: 'lines',
    bytes: text.length,
    file: { kind: 'text', path, compression: 'none', content: () => createReadStream(path) },
    content: { format },
    plan: { ...plan, ...changed },
    segment,
    received: new Date('2024-01-01T00:00:00Z'),
    limits: UPLOAD_LIMITS,
    place: (line) => ({ line }),
  });
}

const TEXT = '80 web;443 tls\n# a comment;x y\nlost\n\n22 ssh;lost;nothing\n';

describe('loading lines', () => {
  it('counts every record once, and says of rejected ones which line they are in', async () => {
    const segment = 'a0000000-0000-4000-8000-000000000001';
    const report = await load(TEXT, segment);
    expect(report).toEqual({
      format: 'words',
      rows: 3,
      skipped: 1,
      lost: 2,
      rejected: 3,
      sightings: 4,
      exporters: ['ssh', 'tls', 'web'],
      rejects: [
        { code: 'bad-line', message: 'no port: x y', where: { line: 2 } },
        { code: 'bad-line', message: 'no port: ', where: { line: 4 } },
        { code: 'bad-line', message: 'no port: nothing', where: { line: 5 } },
      ],
    });
    expect(
      await store.query(
        `SELECT kind, toString(address) AS address, value, reporter, format FROM sightings
         WHERE segment = {segment:UUID} ORDER BY value LIMIT 1`,
        { segment },
      ),
    ).toEqual([{ kind: 'name', address: '::ffff:10.0.0.1', value: 'a', reporter: 'a', format: 'words' }]);
  });

  it('takes a flow without times as seen when it arrived', async () => {
    const segment = 'a0000000-0000-4000-8000-000000000002';
    await load('80 web\n', segment);
    expect(
      await store.query(
        `SELECT toUnixTimestamp(start) AS start, toUnixTimestamp(end) AS end FROM flows WHERE segment = {segment:UUID}`,
        { segment },
      ),
    ).toEqual([{ start: 1704067200, end: 1704067200 }]);
  });

  it('adds nothing when it is repeated', async () => {
    const segment = 'a0000000-0000-4000-8000-000000000003';
    const first = await load(TEXT, segment);
    expect(await load(TEXT, segment)).toEqual(first);
    for (const [table, rows] of [
      ['flows', 3],
      ['sightings', 4],
    ]) {
      expect(
        await store.query(`SELECT count() AS rows FROM ${table} WHERE segment = {segment:UUID}`, { segment }),
      ).toEqual([{ rows }]);
    }
  });

  it('does not look for sightings where a plan says there are none', async () => {
    const report = await load(TEXT, 'a0000000-0000-4000-8000-000000000004', { unsighted: `startsWith(line, '#')` });
    expect(report.sightings).toBe(3);
  });
});
