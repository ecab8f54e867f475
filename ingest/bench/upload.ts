import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Registry } from 'prom-client';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { takeFile } from '../upload';

const LINES = 2_000_000;
const RUNS = 3;
const NATURAL =
  'version UInt8, account_id String, interface_id String, srcaddr IPv6, dstaddr IPv6, srcport UInt16, dstport UInt16, ' +
  'protocol UInt8, packets UInt64, bytes UInt64, start DateTime, end DateTime, action String, log_status String';

/**
 * A gzipped VPC flow log through the whole upload (recognise, digest, load, count, record), against the engine alone
 * on the same file: the faster of its own two ways of reading such lines into a table of their natural types.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const store = openEmbedded(join(folder, 'data'));
  try {
    await migrate(store);
    const file = join(folder, 'vpc.log.gz');
    await writeLog(file);
    const spool = createSpool(join(folder, 'spool'));
    const loader = createLoader({ store, spool, log: createLog('error'), metrics: createSpoolMetrics(new Registry()) });
    await loader.start();

    const upload: number[] = [];
    const engine: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      for (const table of ['flows', 'uploads', 'stale_hours']) await store.command(`TRUNCATE TABLE ${table}`);
      upload.push(
        await secondsOf(async () => void (await takeFile({ store, spool, loader, clock: () => new Date() }, file))),
      );
      engine.push(Math.min(await separated(store, file), await split(store, file)));
    }
    report('aws-vpc-gz', LINES / median(upload), 'lines/s');
    report('aws-vpc-gz-ratio', median(engine) / median(upload), 'of the engine alone');
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeLog(path: string): Promise<void> {
  const lines = function* () {
    yield 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n';
    for (let batch = 0; batch < LINES / 1000; batch++) {
      let text = '';
      for (let i = 0; i < 1000; i++) {
        const n = batch * 1000 + i;
        const start = 1_700_000_000 + (n >> 9);
        const port = [443, 5432, 8080, 53][n % 4];
        text += `2 123456789010 eni-0${(n % 397).toString(16).padStart(16, '0')} 10.${n % 8}.${(n * 7) % 256}.${(n * 13) % 256} 10.9.${n % 16}.${n % 256} ${32_768 + (n % 28_000)} ${port} 6 ${1 + (n % 100)} ${500 + (n % 90_000)} ${start} ${start + 60} ACCEPT OK\n`;
      }
      yield text;
    }
  };
  await pipeline(Readable.from(lines()), createGzip({ level: 6 }), createWriteStream(path));
}

async function natural(store: Store, insert: string, path: string): Promise<number> {
  await store.command(`CREATE OR REPLACE TABLE natural (${NATURAL}) ENGINE = MergeTree ORDER BY toStartOfHour(start)`);
  return secondsOf(() => store.command(insert, { path }));
}

function separated(store: Store, path: string): Promise<number> {
  return natural(
    store,
    `INSERT INTO natural SELECT * FROM file({path:String}, 'CustomSeparated', '${NATURAL}')
     SETTINGS format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV', input_format_allow_errors_num = 1`,
    path,
  );
}

function split(store: Store, path: string): Promise<number> {
  return natural(
    store,
    `INSERT INTO natural WITH splitByChar(' ', line) AS f
     SELECT toUInt8(f[1]), f[2], f[3], toIPv6(f[4]), toIPv6(f[5]), toUInt16(f[6]), toUInt16(f[7]), toUInt8(f[8]), toUInt64(f[9]),
       toUInt64(f[10]), toDateTime(toUInt32(f[11])), toDateTime(toUInt32(f[12])), f[13], f[14]
     FROM file({path:String}, 'LineAsString', 'line String') WHERE NOT startsWith(line, 'version')`,
    path,
  );
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
