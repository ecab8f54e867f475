import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Registry } from 'prom-client';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { createUploads } from '../upload';
import { eveFlowLines } from './traffic/eve';
import { median } from '../../fixtures/median';
import { zeekConnLines } from './traffic/zeek';

const VPC_LINES = 5_000_000;
const JSON_LINES = 1_000_000;
/** One in so many log intervals of an interface is without traffic. */
const SILENT = 40;
const RUNS = 3;
/** What the upload asks for as well. */
const THREADS = 'max_insert_threads = 2';
const NATURAL =
  'version UInt8, account_id String, interface_id String, srcaddr IPv6, dstaddr IPv6, srcport UInt16, dstport UInt16, ' +
  'protocol UInt8, packets UInt64, bytes UInt64, start DateTime, end DateTime, action String, log_status String';

/**
 * A gzipped VPC flow log through the whole upload (recognise, digest, load, count, record), against the engine alone
 * on the same file: the faster of its own two ways of reading such lines into a table of their natural types, and reading
 * them into our table, which has more columns. And JSON lines of Zeek and Suricata.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const store = openEmbedded(join(folder, 'data'));
  try {
    await migrate(store);
    const file = join(folder, 'vpc.log.gz');
    await writeLog(file);
    const spool = createSpool(join(folder, 'spool'));
    const loader = createLoader({
      destination: storeDestination(store),
      spool,
      log: createLog('error'),
      metrics: createSpoolMetrics(new Registry()),
    });
    await loader.start();

    const deps = { store, spool, loader, clock: () => new Date() };
    const upload: number[] = [];
    const engine: number[] = [];
    const sameTable: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      upload.push(await uploaded(deps, file, VPC_LINES - VPC_LINES / SILENT));
      sameTable.push(await splitIntoFlows(store, file));
      engine.push(Math.min(await separated(store, file), await split(store, file)));
    }
    report('aws-vpc-gz', VPC_LINES / median(upload), 'lines/s');
    report('aws-vpc-gz-ratio', median(engine) / median(upload), 'of the engine alone');
    report('aws-vpc-gz-ratio-flows', median(sameTable) / median(upload), 'of the engine alone into our table');

    for (const [metric, lines] of [
      ['zeek-json', zeekConnLines],
      ['eve-json', eveFlowLines],
    ] as const) {
      const path = join(folder, metric);
      await pipeline(Readable.from(inBatches(lines(JSON_LINES))), createWriteStream(path));
      const seconds: number[] = [];
      for (let run = 0; run < RUNS; run++) seconds.push(await uploaded(deps, path, JSON_LINES / 2));
      report(metric, JSON_LINES / median(seconds), 'lines/s');
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds an upload takes into empty tables. @throws Error when it did not give at least so many rows, or rejected any */
async function uploaded(deps: Parameters<typeof createUploads>[0], path: string, rows: number): Promise<number> {
  for (const table of ['flows', 'uploads', 'stale_hours', 'sightings']) {
    await deps.store.command(`TRUNCATE TABLE ${table}`);
  }
  const started = performance.now();
  const report = await createUploads(deps).take(path);
  const seconds = (performance.now() - started) / 1000;
  if (report.rejected > 0 || report.rows < rows)
    throw new Error(`not taken as it should be: ${JSON.stringify(report)}`);
  return seconds;
}

function* inBatches(lines: Iterable<string>): Generator<string> {
  let batch = '';
  for (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < 1 << 16) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}

async function writeLog(path: string): Promise<void> {
  const lines = function* () {
    yield 'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n';
    for (let batch = 0; batch < VPC_LINES / 1000; batch++) {
      let text = '';
      for (let i = 0; i < 1000; i++) {
        const n = batch * 1000 + i;
        text += vpcLine(n);
      }
      yield text;
    }
  };
  await pipeline(Readable.from(lines()), createGzip({ level: 6 }), createWriteStream(path));
}

function vpcLine(n: number): string {
  const start = 1_700_000_000 + (n >> 9);
  const reporter = `2 123456789010 eni-0${(n % 397).toString(16).padStart(16, '0')}`;
  const time = `${start} ${start + 60}`;
  if (n % SILENT === 7) return `${reporter} - - - - - - - ${time} - NODATA\n`;
  const addresses = `10.${n % 8}.${(n * 7) % 256}.${(n * 13) % 256} 10.9.${n % 16}.${n % 256}`;
  const ports = `${32_768 + (n % 28_000)} ${[443, 5432, 8080, 53][n % 4]}`;
  return `${reporter} ${addresses} ${ports} 6 ${1 + (n % 100)} ${500 + (n % 90_000)} ${time} ACCEPT OK\n`;
}

async function natural(store: Store, insert: string, path: string): Promise<number> {
  await store.command(`CREATE OR REPLACE TABLE natural (${NATURAL}) ENGINE = MergeTree ORDER BY toStartOfHour(start)`);
  return secondsOf(() => store.command(insert, { path }));
}

function separated(store: Store, path: string): Promise<number> {
  return natural(
    store,
    `INSERT INTO natural SELECT * FROM file({path:String}, 'CustomSeparated', '${NATURAL}')
     SETTINGS format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV', input_format_allow_errors_ratio = 1, ${THREADS}`,
    path,
  );
}

function split(store: Store, path: string): Promise<number> {
  return natural(
    store,
    `INSERT INTO natural WITH splitByChar(' ', line) AS f
     SELECT toUInt8(f[1]), f[2], f[3], toIPv6(f[4]), toIPv6(f[5]), toUInt16(f[6]), toUInt16(f[7]), toUInt8(f[8]), toUInt64(f[9]),
       toUInt64(f[10]), toDateTime(toUInt32(f[11])), toDateTime(toUInt32(f[12])), f[13], f[14]
     FROM file({path:String}, 'LineAsString', 'line String') WHERE NOT startsWith(line, 'version') AND endsWith(line, ' OK') SETTINGS ${THREADS}`,
    path,
  );
}

/** The same target as ours, without looking whether the lines are sound and without counting them. */
async function splitIntoFlows(store: Store, path: string): Promise<number> {
  await store.command('TRUNCATE TABLE flows');
  return secondsOf(() =>
    store.command(
      `INSERT INTO flows (received, reporter, format, start, end, src, dst, src_port, dst_port, protocol, packets, bytes, sampling_rate, verdict)
       WITH splitByChar(' ', line) AS f
       SELECT now64(6), f[3], 'aws-vpc', toDateTime64(toUInt32(f[11]), 6), toDateTime64(toUInt32(f[12]), 6), toIPv6(f[4]), toIPv6(f[5]),
         toUInt16(f[6]), toUInt16(f[7]), toUInt8(f[8]), toUInt64(f[9]), toUInt64(f[10]), 1, if(f[13] = 'ACCEPT', 1, 2)
       FROM file({path:String}, 'LineAsString', 'line String') WHERE NOT startsWith(line, 'version') AND endsWith(line, ' OK') SETTINGS ${THREADS}`,
      { path },
    ),
  );
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
