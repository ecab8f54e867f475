import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Registry } from 'prom-client';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import type { UploadDeps } from './deps';
import { UPLOAD_LIMITS } from './limits';
import { segmentId } from '../model/segment-id';
import { createUploads, type UploadReport } from './upload';

const folder = mkdtempSync(join(tmpdir(), 'wayleave-upload-'));
const spoolFolder = join(folder, 'spool');
let store: Store;
let deps: UploadDeps;
let files = 0;

beforeAll(async () => {
  store = openEmbedded(join(folder, 'data'));
  await migrate(store);
  const spool = createSpool(spoolFolder);
  const metrics = createSpoolMetrics(new Registry());
  const loader = createLoader({ destination: storeDestination(store), spool, log: createLog('silent'), metrics });
  await loader.start();
  deps = { store, spool, loader, clock: () => new Date('2024-01-01T00:00:00Z') };
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(content: string | Uint8Array): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}

/** Every content differs, or it would be the same upload. */
let lineNumber = 0;
function line(port = 443): string {
  lineNumber++;
  return `2 111122223333 eni-0a1 10.1.0.5 10.2.0.9 50123 ${port} 6 12 ${lineNumber} 1700000000 1700000060 ACCEPT OK`;
}

const takeFile = (using: UploadDeps, path: string, name?: string) => createUploads(using).take(path, name);

async function portsOf({ digest }: UploadReport): Promise<number[]> {
  const rows = await store.query<{ dst_port: number }>(
    'SELECT dst_port FROM flows WHERE segment = {segment:UUID} ORDER BY bytes',
    { segment: segmentId(digest, 0) },
  );
  return rows.map(({ dst_port }) => dst_port);
}

const subscription = (...lines: string[]): object => ({
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: 'vpc',
  logEvents: lines.map((message, id) => ({ id: String(id), timestamp: 1700000000000, message })),
});
const CONTROL = {
  messageType: 'CONTROL_MESSAGE',
  logEvents: [{ id: '', message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
};
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');
/** RFC 8878: a frame of one raw block. */
function zstd(text: string): Uint8Array {
  const header = (text.length << 3) | 1;
  const block = [header & 0xff, (header >> 8) & 0xff, header >> 16, ...Buffer.from(text)];
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...block]);
}

describe('upload', () => {
  it.each<[string, () => string | Uint8Array]>([
    ['lines', () => `${line(1)}\n${line(2)}\n`],
    ['gzip', () => gzipSync(`${line(1)}\n${line(2)}\n`)],
    ['gzip of several members', () => Buffer.concat([gzipSync(`${line(1)}\n`), gzipSync(`${line(2)}\n`)])],
    ['zstd', () => zstd(`${line(1)}\n${line(2)}\n`)],
    ['a CloudWatch Logs subscription in zstd', () => zstd(JSON.stringify(subscription(line(1), line(2))))],
    ['a byte order mark', () => `\uFEFF${line(1)}\n${line(2)}\n`],
    ['a CloudWatch Logs subscription', () => JSON.stringify(subscription(line(1), line(2)))],
    [
      'CloudWatch Logs subscriptions after each other',
      () => JSON.stringify(subscription(line(1))) + JSON.stringify(subscription(line(2))),
    ],
    ['a gzipped CloudWatch Logs subscription', () => gzipSync(JSON.stringify(subscription(line(1), line(2))))],
    [
      '`aws logs filter-log-events`',
      () =>
        JSON.stringify({ events: [{ message: line(1) }, { message: line(2) }], searchedLogStreams: [] }, undefined, 4),
    ],
    ['Firehose lines', () => `${JSON.stringify({ message: line(1) })}\n${JSON.stringify({ message: line(2) })}\n`],
    [
      'Fluent Bit lines',
      () =>
        `${JSON.stringify({ log: `${line(1)}\n`, stream: 'stdout' })}\n${JSON.stringify({ log: `${line(2)}\n` })}\n`,
    ],
    [
      'Firehose over HTTP',
      () => JSON.stringify({ requestId: 'a', records: [{ data: base64(`${line(1)}\n`) }, { data: base64(line(2)) }] }),
    ],
    [
      'Firehose over HTTP with CloudWatch Logs subscriptions',
      () =>
        JSON.stringify({
          records: [subscription(line(1)), subscription(line(2))].map((each) => ({
            data: base64(gzipSync(JSON.stringify(each))),
          })),
        }),
    ],
  ])('takes %s', async (_, content) => {
    const report = await takeFile(deps, write(content()), 'flows');
    expect(report).toMatchObject({
      format: 'aws-vpc',
      rows: 2,
      rejected: 0,
      lost: 0,
      duplicate: false,
      exporters: ['eni-0a1'],
    });
    expect(await portsOf(report)).toEqual([1, 2]);
    expect(readdirSync(spoolFolder)).toEqual([]);
  });

  it('passes over control messages', async () => {
    const content = [CONTROL, subscription(line(1)), CONTROL].map((each) => JSON.stringify(each)).join('');
    expect(await takeFile(deps, write(content))).toMatchObject({ rows: 1, skipped: 2, rejected: 0 });
  });

  it.each(['srcaddr', 'SrcAddr'])('takes Parquet, with %s', async (srcaddr) => {
    const path = join(folder, `flows-${srcaddr}.parquet`);
    const structure = `version Int32, account_id Nullable(String), interface_id String, ${srcaddr} Nullable(String), dstaddr String, dstport Int32, protocol Int32, bytes Int64, start Int64, action String, log_status String`;
    await store.command(
      `INSERT INTO FUNCTION file({path:String}, 'Parquet', '${structure}')
       SELECT 2, NULL, 'eni-1', ['10.0.0.1', NULL, 'nowhere', '-'][number % 4 + 1], '10.0.0.2', number, 6, number, 1700000000, 'ACCEPT', ['OK', 'OK', 'OK', 'NODATA'][number % 4 + 1] FROM numbers(8)`,
      { path },
    );
    const report = await takeFile(deps, path);
    expect(report).toMatchObject({ format: 'aws-vpc', rows: 2, skipped: 2, rejected: 4 });
    expect(report.rejects[1]).toEqual({
      code: 'bad-line',
      message: 'srcaddr is not an IP address: "nowhere"',
      where: { record: 3 },
    });
    expect(await portsOf(report)).toEqual([0, 4]);
  });

  it('takes lines whose spaces came twice beside usual and broken ones', async () => {
    const lines = [
      line(1),
      line(2).replaceAll(' ', '  '),
      `${line(3)} `,
      line(4).replace('443', 'x'),
      'broken',
      line(5),
    ];
    const report = await takeFile(deps, write(lines.join('\n')));
    expect(report).toMatchObject({ rows: 5, rejected: 1, rejects: [{ where: { line: 5 } }] });
    expect(await portsOf(report)).toEqual([1, 2, 3, 4, 5]);
  });

  it('says which line is broken, and takes the others', async () => {
    const report = await takeFile(deps, write(gzipSync(`${line(1)}\nnonsense\n${line(2)}\n`)));
    expect(report).toMatchObject({ rows: 2, rejected: 1, rejects: [{ code: 'bad-line', where: { line: 2 } }] });
  });

  it('says which record is broken, and takes the others', async () => {
    const deep = '['.repeat(100) + ']'.repeat(100);
    const content = `{"logEvents":[{"message":"${line(1)}"},{"message":"${line(2)}\n},\n{"message":"nonsense"},${deep},{"message":"${line(3)}"}]}`;
    const report = await takeFile(deps, write(content));
    expect(report).toMatchObject({
      rows: 2,
      rejected: 3,
      rejects: [
        { code: 'bad-line', where: { record: 3 } },
        { code: 'broken-json', where: { record: 2 } },
        { code: 'too-deep', where: { record: 4 } },
      ],
    });
  });

  it('takes what is left of an archive that breaks off', async () => {
    const lines = Array.from({ length: 2000 }, () => line(1));
    const whole = gzipSync(lines.join('\n'), { level: 0 });
    const report = await takeFile(deps, write(whole.subarray(0, whole.length - 5000)));
    expect(report.rows).toBeGreaterThan(1000);
    expect(report.rejects).toContainEqual(expect.objectContaining({ code: 'broken-gzip' }));
  });

  it('takes the same content once', async () => {
    const content = `${line(1)}\n`;
    const first = await takeFile(deps, write(content), 'first');
    expect(await takeFile(deps, write(content), 'second')).toEqual({ ...first, name: 'second', duplicate: true });
    expect(await portsOf(first)).toEqual([1]);
  });

  it('takes out what an attempt left that was killed', async () => {
    const content = `${line(1)}\n${line(2)}\n`;
    const path = write(content);
    const { digest } = await takeFile(deps, path);
    await store.command('ALTER TABLE uploads DELETE WHERE digest = {digest:String} SETTINGS mutations_sync = 2', {
      digest,
    });
    const again = await takeFile(deps, path);
    expect(again).toMatchObject({ rows: 2, duplicate: false });
    expect(await portsOf(again)).toEqual([1, 2]);
  });

  it.each<[string, () => string | Uint8Array, Partial<typeof UPLOAD_LIMITS>, string, RegExp]>([
    ['nothing', () => '', {}, 'empty-file', /empty/],
    ['an empty archive', () => gzipSync(''), {}, 'empty-file', /empty archive/],
    ['something else', () => 'hello', {}, 'unknown-format', /starts with 68656c6c6f/],
    [
      'more than it may decompress to',
      () => gzipSync(`${line()}\n`.repeat(1000)),
      { decompressedBytes: 1000 },
      'too-large',
      /more than 1000 bytes/,
    ],
    [
      'documents of more than it may decompress to',
      () => gzipSync(JSON.stringify(subscription(...Array.from({ length: 100 }, () => line())))),
      { decompressedBytes: 1000 },
      'too-large',
      /more than 1000 bytes/,
    ],
    [
      'an endless line',
      () => `${line()}\n${'x'.repeat(2000)}`,
      { lineBytes: 1000 },
      'too-large',
      /line of more than 1000 bytes/,
    ],
    [
      'a line that does not end',
      () => `${line()}\n${'x'.repeat(3e7)}`,
      { memoryBytes: 1e7 },
      'too-large',
      /bytes of memory/,
    ],
    ['a Parquet file that is cut off', () => 'PAR1 and so on', {}, 'bad-parquet', /does not end with PAR1/],
    ['a Parquet footer larger than the file', () => 'PAR1\xff\xff\xff\x7fPAR1', {}, 'bad-parquet', /footer says/],
    ['a Parquet footer of nonsense', () => 'PAR1\x19\xfc\xff\xff\x7f\x05\x00\x00\x00PAR1', {}, 'bad-parquet', /footer/],
  ])('refuses %s', async (_, content, limits, code, message) => {
    const path = write(Buffer.from(content() as string, 'latin1'));
    const before = await store.query('SELECT count() AS rows FROM flows');
    await expect(takeFile({ ...deps, limits: { ...UPLOAD_LIMITS, ...limits } }, path)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await store.query('SELECT count() AS rows FROM flows')).toEqual(before);
  });
});
