import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import type { Trouble } from '../spool';
import type { Store } from '../store';
import { createClient, ensureTopics, isRebalance, reasonOf } from './client';
import { beginFetch } from './codecs';
import { createConsumer } from './consumer';
import { createFence, FencedOff, TIMING, type Timing } from './fence';
import { readBatch } from './intake';
import type { BusMetrics } from './metrics';
import { topicsOf, type KafkaOptions } from './options';
import { createPatience } from './patience';
import { createSender } from './producer';
import { createRound, type Share } from './round';
import { createRounds } from './rounds';

/** Handlers that may run at once: the partitions that one fetch can bring. */
const MOST_PARTITIONS = 256;

export interface KafkaLoaderDeps {
  readonly store: Store;
  /** A folder of its own, where rows wait for the store to read them. */
  readonly folder: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: BusMetrics;
  readonly timing?: Timing;
}

/** Takes messages off Kafka into ClickHouse, each exactly once, as a member of a consumer group. */
export interface KafkaLoader {
  /** Reads the TLS files and begins; it waits for Kafka and for the store by itself. @throws WayleaveError `bad-config` */
  start(): Promise<void>;
  /** Resolves when what is under way is loaded and committed, or given up. */
  stop(): Promise<void>;
  /** Why nothing is loaded at present, or not from every partition. */
  readonly trouble: Trouble | undefined;
  /** Messages that are not loaded yet, by `topic/partition`, of the partitions we have. */
  readonly lag: ReadonlyMap<string, number>;
}

export function createKafkaLoader(options: KafkaOptions, deps: KafkaLoaderDeps): KafkaLoader {
  const { log, clock, metrics, folder, timing = TIMING } = deps;
  const topics = topicsOf(options);
  const stopping = new AbortController();
  const fence = createFence(timing);
  const waiting = { log, clock, signal: stopping.signal };
  const broker = createPatience('Kafka', waiting);
  const store = createPatience('loading from Kafka', waiting);
  const newer = new Map<string, Trouble>();
  const lag = new Map<string, number>();
  const boundaries = new Map<string, bigint>();
  let assignment: Readonly<Record<string, readonly number[]>> = {};
  let kafka: Kafka | undefined;
  let consumer: Consumer | undefined;
  let running: Promise<void> = Promise.resolve();
  let handling = 0;
  let failed = false;

  const client = (): Kafka => (kafka ??= createClient(options, log));
  const sender = createSender(client, () => Promise.resolve());
  const round = createRound({
    ...deps,
    fence,
    sender,
    deadLetterTopic: topics.dead,
    patience: store,
    writeSeconds: Math.ceil(timing.writeMs / 1000),
  });
  const share = createRounds<Share>(round);

  const joined = ({ payload }: ConsumerGroupJoinEvent): void => {
    fence.joined();
    assignment = payload.memberAssignment;
    failed = false;
    boundaries.clear();
    newer.clear();
    lag.clear();
    metrics.lag.reset();
    metrics.rebalances.inc();
    // What another release wrote may be in somebody else's hands by now, or be found again.
    consumer?.resume([{ topic: topics.flows }, { topic: topics.observations }]);
  };

  /** Joining proves little: who fails at the first batch joins again and again. Heartbeats come after the first fetch. */
  const alive = (): void => {
    broker.over();
    if (handling === 0 && !failed) store.over();
  };

  const noteLag = (topic: string, partition: number, behind: bigint): void => {
    lag.set(`${topic}/${partition}`, Number(behind));
    metrics.lag.set({ topic, partition: String(partition) }, Number(behind));
  };

  const handle = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, pause } = payload;
    const { topic, partition } = batch;
    const key = `${topic}/${partition}`;
    const { generation } = fence;
    if (!assignment[topic]?.includes(partition)) return;
    const boundary = boundaries.get(key) ?? BigInt(batch.highWatermark);
    boundaries.set(key, boundary);
    const [first] = batch.messages;
    if (first) noteLag(topic, partition, BigInt(batch.highWatermark) - BigInt(first.offset));
    const intake = readBatch(batch, topics.observations);
    metrics.consumedMessages.inc(intake.rows.length + intake.observations.length + intake.dead.length);
    const beating = setInterval(() => void heartbeat().catch(() => undefined), timing.heartbeatMs / 3);
    handling++;
    try {
      await share({ intake, boundary, generation, heartbeat });
      failed = false;
    } catch (error) {
      failed = true;
      // The offsets stay where they are. If it is the group, kafkajs learns of it from the heartbeat that comes next.
      log.debug({ reason: reasonOf(error), topic, partition }, 'batch not loaded');
      if (!(error instanceof FencedOff) && !isRebalance(error))
        await store.wait(reasonOf(error)).catch(() => undefined);
      return;
    } finally {
      handling--;
      clearInterval(beating);
    }
    // Somebody else may have the partition by now, and will find the rows.
    if (fence.generation !== generation) return;
    if (intake.newer !== undefined) {
      pause();
      newer.set(key, { reason: `${key}: ${intake.newer}`, since: clock().getTime() });
      log.error({ topic, partition, reason: intake.newer }, 'partition stopped');
    }
    if (intake.last === undefined) return;
    resolveOffset(intake.last);
    noteLag(topic, partition, BigInt(batch.highWatermark) - 1n - BigInt(intake.last));
    const offset = String(BigInt(intake.last) + 1n);
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
  };

  const connect = async (): Promise<void> => {
    await ensureTopics(client(), options);
    const member = createConsumer(client(), options.group, timing, fence);
    consumer = member;
    member.on(member.events.GROUP_JOIN, joined);
    member.on(member.events.HEARTBEAT, alive);
    member.on(member.events.FETCH_START, beginFetch);
    member.on(member.events.CRASH, ({ payload: { error, restart } }) => {
      if (stopping.signal.aborted) return;
      const waited = broker.wait(reasonOf(error));
      // kafkajs comes back by itself from what it takes for passing.
      running = waited.then(() => (restart ? undefined : reconnect())).catch(() => undefined);
    });
    await member.connect();
    await member.subscribe({ topics: [topics.flows, topics.observations], fromBeginning: true });
    await member.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: MOST_PARTITIONS,
      eachBatch: handle,
    });
  };

  const reconnect = async (): Promise<void> => {
    for (;;) {
      try {
        await consumer?.disconnect().catch(() => undefined);
        return await connect();
      } catch (error) {
        await broker.wait(reasonOf(error));
      }
    }
  };

  return {
    async start() {
      client();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const name of await readdir(folder)) if (name.endsWith('.rows')) await rm(join(folder, name));
      running = reconnect().catch(() => undefined);
    },
    async stop() {
      stopping.abort();
      await running;
      await consumer?.disconnect();
      await sender.stop();
    },
    get trouble() {
      const [ahead] = newer.values();
      return broker.trouble ?? store.trouble ?? ahead;
    },
    lag,
  };
}
