import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../fixtures/median';
import { markStale, migrate, openEmbedded, type Store } from '../../ingest/store';
import { rollUp } from '../conversations';
import { SERVICE_PORTS } from '../services';

const MEBIBYTE = 1024 * 1024;
const WORKLOADS = 10_000;
const SERVERS = 2_000;
/** Services that one workload uses at most; it uses the first ones most. */
const SERVICES_EACH = 30;
const HOURS = 24;
const LATE_FLOWS = 10_000;
const SAMPLE_MS = 50;

/**
 * Flows of one day: of five, two are both directions of one session and three those of another one, of which a second
 * exporter saw one direction too. TCP with all flags, so that nothing is stated, over registered ports, one between two
 * dynamic ranges, and DNS.
 */
function flowsSql(flows: number): string {
  return `
INSERT INTO flows (received, exporter, domain, format, start, end, src, dst, src_port, dst_port, protocol, packets, bytes, tcp_flags, sampling_rate, segment)
SELECT toDateTime64('2026-11-02 00:00:00', 6), exporter, 1, 'ipfix', started,
  started + toIntervalMicrosecond(cityHash64(session, 2) % 20000000),
  if(forward, client, server), if(forward, server, client), if(forward, client_port, port), if(forward, port, client_port),
  if(port = 53, 17, 6), 1 + cityHash64(number, 3) % 20, 300 * (1 + cityHash64(number, 3) % 20), if(port = 53, 0, 27), 1, generateUUIDv4(1)
FROM (
  SELECT number, session, part IN (0, 2, 4) AS forward,
    toIPv6(concat('192.0.2.', toString(1 + (part = 4) + (session % 2) * 2))) AS exporter,
    toDateTime64('2026-11-01 00:00:00', 6) + toIntervalMicrosecond(
      intDiv(session * ${HOURS * 3600}, ${Math.ceil((flows / 5) * 2)}) * 1000000 + cityHash64(session, 1) % 1000000) AS started,
    toIPv6(concat('10.', toString(intDiv(workload, 256)), '.', toString(workload % 256), '.1')) AS client,
    toIPv6(concat('10.', toString(100 + intDiv(used % ${SERVERS}, 256)), '.', toString(used % ${SERVERS} % 256), '.2')) AS server,
    toUInt16(32768 + cityHash64(session, 6) % 28000) AS client_port,
    [443, 5432, 8080, 8443, 53, 389, 9092, 6379, 5671, 49700][1 + intDiv(used, ${SERVERS}) % 10] AS port
  FROM (
    SELECT number, number % 5 AS part, intDiv(number, 5) * 2 + (part >= 2) AS session,
      cityHash64(session, 4) % ${WORKLOADS} AS workload,
      cityHash64(workload, toUInt64(pow(cityHash64(session, 5) % 1000 / 1000., 2) * ${SERVICES_EACH})) AS used
    FROM numbers_mt(${flows})
  )
)`;
}

/** Raw flows to conversations, on the embedded engine: throughput at three sizes, memory, and an hour's late data. */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  for (const [name, flows, runs] of [
    ['10m', 10_000_000, 3],
    ['30m', 30_000_000, 3],
    ['100m', 100_000_000, 1],
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'wayleave-rollup-'));
    const store = openEmbedded(folder);
    try {
      await migrate(store);
      await store.command(flowsSql(flows));
      const timed: Timed[] = [];
      for (let run = 0; run < runs; run++) timed.push(await rollUpAll(store));
      report(`rollup-${name}`, flows / median(timed.map(({ seconds }) => seconds)), 'flows/s');
      if (name !== '100m') continue;
      report('rollup-rss', Math.max(...timed.map(({ rss }) => rss)), 'MiB');
      report('rollup-late-hour', await rollUpLate(store), 's');
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

interface Timed {
  readonly seconds: number;
  /** The most the process held meanwhile. */
  readonly rss: number;
}

async function rollUpAll(store: Store): Promise<Timed> {
  for (const table of ['conversations', 'buckets', 'stale_hours', 'listeners', 'repetitions']) {
    await store.command(`TRUNCATE TABLE ${table}`);
  }
  await markStale(store, '1', {});
  let rss = 0;
  const sampling = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss() / MEBIBYTE)), SAMPLE_MS);
  const begun = performance.now();
  await rollUp(store, SERVICE_PORTS);
  clearInterval(sampling);
  return { seconds: (performance.now() - begun) / 1000, rss };
}

/** Some flows of one hour come late. */
async function rollUpLate(store: Store): Promise<number> {
  await store.command(
    `INSERT INTO flows SELECT * REPLACE (generateUUIDv4(1) AS segment) FROM flows
     WHERE toStartOfHour(start) = (SELECT min(toStartOfHour(start)) + INTERVAL 12 HOUR FROM flows) LIMIT ${LATE_FLOWS}`,
  );
  await markStale(store, 'toStartOfHour(start) = (SELECT min(toStartOfHour(start)) + INTERVAL 12 HOUR FROM flows)', {});
  const begun = performance.now();
  await rollUp(store, SERVICE_PORTS);
  return (performance.now() - begun) / 1000;
}
