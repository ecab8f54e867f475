import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { rollUp } from '../../analytics/conversations';
import { SERVICE_PORTS } from '../../analytics/services';
import { encodeAwsVpc, encodeIpfix, generateEstate, generateFlows } from '../../fixtures/generate';
import { createLog } from '../kernel/log';
import { createLoader, createSpool, createSpoolMetrics, storeDestination } from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { createUploads } from '../upload';
import { spoolTraffic } from './traffic/spooled';

const DAY_SECONDS = 86_400;
const DRAWN = { flows: 1_000_000, rowsEach: 250_000 };
const RATES = [1_000, 100_000, 1_000_000];

/**
 * What flows and conversations take on disk once their parts are merged: a day of the generated estate, as IPFIX with
 * biflows, as IPFIX with a record for each direction (the fields of NetFlow v9), and as VPC flow logs; and NetFlow
 * v5 whose addresses, ports and counters are drawn among 50,000 clients. What a day at some rates comes to by the least and
 * the most of them. Conversations are counted against the estate, as they grow with it and not with the rate.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-sizes-'));
  const store = openEmbedded(join(folder, 'data'));
  try {
    await migrate(store);
    const spool = createSpool(join(folder, 'spool'));
    const loader = createLoader({
      destination: storeDestination(store),
      spool,
      log: createLog('warn'),
      metrics: createSpoolMetrics(new Registry()),
    });
    await loader.start();
    const uploads = createUploads({ store, spool, loader, clock: () => new Date() });

    const days = dayFiles();
    const perRow: number[] = [];
    for (const [name, content] of days) {
      await store.command('TRUNCATE TABLE flows');
      writeFileSync(join(folder, name), content);
      await uploads.take(join(folder, name));
      const { rows, bytes } = await sizeOf(store, 'flows');
      report(`${name}-rows`, rows, 'flows of a day');
      report(name, bytes / rows, 'bytes/flow on disk');
      perRow.push(bytes / rows);
    }
    await store.command('TRUNCATE TABLE flows');
    for (const segment of await spoolTraffic(spool.folder, DRAWN)) await store.load(segment);
    const drawn = await sizeOf(store, 'flows');
    report('netflow5-drawn', drawn.bytes / drawn.rows, 'bytes/flow on disk');
    perRow.push(drawn.bytes / drawn.rows);
    for (const rate of RATES) {
      report(`raw-${rate}-low`, (Math.min(...perRow) * rate * DAY_SECONDS) / 2 ** 30, 'GiB/day');
      report(`raw-${rate}-high`, (Math.max(...perRow) * rate * DAY_SECONDS) / 2 ** 30, 'GiB/day');
    }

    for (const table of ['flows', 'uploads', 'stale_hours']) await store.command(`TRUNCATE TABLE ${table}`);
    for (const [name] of days) if (name !== 'ipfix-directions') await uploads.take(join(folder, name));
    const { flows } = await rollUp(store, SERVICE_PORTS);
    const { rows, bytes } = await sizeOf(store, 'conversations');
    const hosts = generateEstate({ seed: 1, profile: 'demo' }).hosts.length;
    report('conversations', bytes / rows, 'bytes/conversation on disk');
    report('conversations-of-flows', rows / flows, 'conversations for each flow');
    report('conversations-of-hosts', rows / hosts, 'conversations of a day for each host');
    await loader.stop();
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function dayFiles(): readonly (readonly [name: string, content: Uint8Array | string])[] {
  const estate = generateEstate({ seed: 1, profile: 'demo' });
  const connections = () => generateFlows(estate, { seed: 1, day: 1 });
  return estate.observers.flatMap((observer): [string, Uint8Array | string][] => {
    if (observer.format === 'aws-vpc') return [['aws-vpc', [...encodeAwsVpc(connections(), observer)].join('')]];
    if (observer.format !== 'ipfix') return [];
    const messages = (biflow: boolean) => Buffer.concat([...encodeIpfix(connections(), { ...observer, biflow })]);
    return [
      ['ipfix-biflows', messages(true)],
      ['ipfix-directions', messages(false)],
    ];
  });
}

async function sizeOf(store: Store, table: string): Promise<{ rows: number; bytes: number }> {
  await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  const [size] = await store.query<{ rows: number; bytes: number }>(
    `SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes FROM system.parts
     WHERE database = currentDatabase() AND table = {table:String} AND active`,
    { table },
  );
  if (size === undefined || size.rows === 0) throw new Error(`nothing in ${table}`);
  return size;
}
