import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createBroker } from '../../fixtures/kafka/broker';
import { KAFKA_VERSIONS } from '../../fixtures/kafka/jars';
import { median } from '../../fixtures/median';
import { createBusMetrics, createKafkaLoader, type KafkaOptions } from '../bus';
import { createLog } from '../kernel/log';
import {
  createLoader,
  createSpool,
  createSpoolMetrics,
  storeDestination,
  type Destination,
  type SpooledSegment,
} from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import type { CollectorOrder, CollectorReport } from './kafka-collector';
import { spoolTraffic } from './traffic/spooled';

const ROWS_EACH = 500_000;
/** Whole datagrams, so a few more than a round number. */
const FLOWS = 8 * 500_010;
const RUNS = 3;
const LONGEST_SECONDS = 300;
/** Each look is a statement that the loads wait for. */
const POLL_MS = 100;

const log = createLog('warn');
const clock = (): Date => new Date();

/**
 * Segments of a spool to rows that a query counts: by way of a collector in a process of its own, a real broker (one node,
 * on this machine) and a loader, against the same segments loaded directly.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const store = openEmbedded(join(folder, 'data'));
  const broker = await createBroker(KAFKA_VERSIONS[0]);
  const collector = fork(join(__dirname, 'kafka-collector.ts'));
  try {
    await migrate(store);
    await broker.start();
    const through: number[] = [];
    const direct: number[] = [];
    // The first round warms up both ways and is not counted.
    for (let run = 0; run <= RUNS; run++) {
      const own = join(folder, `run-${run}`);
      const options: KafkaOptions = {
        brokers: [broker.plain],
        topic: `bench-${run}`,
        group: 'bench',
        clientId: 'bench',
        messageKiB: 900,
        partitions: 4,
        replication: 1,
      };
      const seconds = [await directly(store, own), await throughKafka(store, own, collector, options)] as const;
      if (run === 0) continue;
      direct.push(seconds[0]);
      through.push(seconds[1]);
    }
    report('kafka', FLOWS / median(through), 'flows/s');
    report('kafka-direct', FLOWS / median(direct), 'flows/s');
    report('kafka-ratio', median(direct) / median(through), 'of loading without Kafka');
  } finally {
    collector.disconnect();
    await store.close();
    await broker.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asked(collector: ChildProcess, order: CollectorOrder): Promise<void> {
  collector.send(order);
  const [{ failed }] = (await once(collector, 'message')) as [CollectorReport];
  if (failed !== undefined) throw new Error(failed);
}

function directly(store: Store, folder: string): Promise<number> {
  return timed(store, join(folder, 'direct'), storeDestination(store));
}

async function throughKafka(
  store: Store,
  folder: string,
  collector: ChildProcess,
  options: KafkaOptions,
): Promise<number> {
  const metrics = createBusMetrics(new Registry());
  const loader = createKafkaLoader(options, { store, folder: join(folder, 'scratch'), log, clock, metrics });
  await loader.start();
  try {
    // Topics are made and partitions dealt out before the clock starts, as they are once in the life of a cluster.
    for (const began = Date.now(); metricOf(await metrics.rebalances.get()) === 0; await sleep(20))
      if (Date.now() - began > LONGEST_SECONDS * 1000) throw new Error('the loader does not join');
    await asked(collector, { options });
    const deliver = (segment: SpooledSegment): Promise<void> => asked(collector, { segment });
    return await timed(store, join(folder, 'kafka'), { name: 'Kafka', deliver, withdraw: () => Promise.resolve() });
  } finally {
    await loader.stop();
  }
}

/** Seconds until every row can be queried. @throws Error when there are more or fewer */
async function timed(store: Store, folder: string, destination: Destination): Promise<number> {
  mkdirSync(folder, { recursive: true });
  for (const table of ['flows', 'stale_hours']) await store.command(`TRUNCATE TABLE ${table}`);
  const spool = createSpool(folder);
  const loader = createLoader({ destination, spool, log, metrics: createSpoolMetrics(new Registry()) });
  await loader.start();
  const segments = await spoolTraffic(folder, { flows: FLOWS, rowsEach: ROWS_EACH });
  spool.adopt(segments);
  const began = performance.now();
  loader.add(segments);
  await loader.idle();
  const rows = async (): Promise<number> =>
    (await store.query<{ rows: number }>('SELECT count() AS rows FROM flows'))[0]?.rows ?? 0;
  let found = await rows();
  for (; found < FLOWS && performance.now() - began < LONGEST_SECONDS * 1000; found = await rows())
    await sleep(POLL_MS);
  const seconds = (performance.now() - began) / 1000;
  await loader.stop();
  if (found !== FLOWS) throw new Error(`${found} rows instead of ${FLOWS}`);
  return seconds;
}

function metricOf({ values }: { readonly values: readonly { readonly value: number }[] }): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}
