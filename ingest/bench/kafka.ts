import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createBroker } from '../../fixtures/kafka/broker';
import { KAFKA_VERSIONS } from '../../fixtures/kafka/jars';
import { createBusMetrics, createKafkaBus, createKafkaLoader, type KafkaOptions } from '../bus';
import { createLog } from '../kernel/log';
import { RowBatches } from '../model/rows';
import {
  createLoader,
  createSpool,
  createSpoolMetrics,
  storeDestination,
  type Destination,
  type Spool,
} from '../spool';
import { migrate, openEmbedded, type Store } from '../store';
import { SEGMENTS, SEGMENT_ROWS, fillSegment } from './traffic/segment';

const FLOWS = SEGMENTS * SEGMENT_ROWS;
const RUNS = 3;
const LONGEST_SECONDS = 300;

const log = createLog('warn');
const clock = (): Date => new Date();

/**
 * Segments of a spool to rows that a query counts: by way of a real broker (one node, on this machine), with the
 * collector's and the loader's side in this process, against the same segments loaded directly.
 */
export async function bench(report: (metric: string, value: number, unit: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wayleave-bench-'));
  const store = openEmbedded(join(folder, 'data'));
  const broker = await createBroker(KAFKA_VERSIONS[0]);
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
      const seconds = [await directly(store, own), await throughKafka(store, own, options)] as const;
      if (run === 0) continue;
      direct.push(seconds[0]);
      through.push(seconds[1]);
    }
    report('kafka', FLOWS / median(through), 'flows/s');
    report('kafka-direct', FLOWS / median(direct), 'flows/s');
    report('kafka-ratio', median(direct) / median(through), 'of loading without Kafka');
  } finally {
    await store.close();
    await broker.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function directly(store: Store, folder: string): Promise<number> {
  return timed(store, join(folder, 'direct'), storeDestination(store));
}

async function throughKafka(store: Store, folder: string, options: KafkaOptions): Promise<number> {
  const metrics = createBusMetrics(new Registry());
  const bus = createKafkaBus(options, { log, clock, metrics });
  const loader = createKafkaLoader(options, { store, folder: join(folder, 'scratch'), log, clock, metrics });
  bus.start();
  await loader.start();
  try {
    // Topics are made and partitions dealt out before the clock starts, as they are once in the life of a cluster.
    for (const began = Date.now(); metricOf(await metrics.rebalances.get()) === 0; await sleep(20))
      if (Date.now() - began > LONGEST_SECONDS * 1000) throw new Error('the loader does not join');
    return await timed(store, join(folder, 'kafka'), bus.destination);
  } finally {
    await bus.stop();
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
  const segments = await written(spool);
  const began = performance.now();
  loader.add(segments);
  await loader.idle();
  const rows = async (): Promise<number> =>
    (await store.query<{ rows: number }>('SELECT count() AS rows FROM flows'))[0]?.rows ?? 0;
  let found = await rows();
  for (; found < FLOWS && performance.now() - began < LONGEST_SECONDS * 1000; found = await rows()) await sleep(20);
  const seconds = (performance.now() - began) / 1000;
  await loader.stop();
  if (found !== FLOWS) throw new Error(`${found} rows instead of ${FLOWS}`);
  return seconds;
}

async function written(spool: Spool): Promise<Awaited<ReturnType<Spool['write']>>> {
  const segments = [];
  for (let number = 0; number < SEGMENTS; number++) {
    const batches = new RowBatches();
    fillSegment(batches, number);
    segments.push(...(await spool.write(batches)));
  }
  return segments;
}

function metricOf({ values }: { readonly values: readonly { readonly value: number }[] }): number {
  return values.reduce((sum, { value }) => sum + value, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
