import { CompressionTypes, Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';
import { busError, LONGEST_PAUSE_MS } from './client';

/** Within 15 s or so the spool should know that the bus takes nothing, and say so. */
const RETRIES = 5;

export interface Sender {
  /** Resolves when every replica that is in sync has it. @throws WayleaveError `bus-unavailable`, `bus-refused` */
  send(topic: string, messages: Message[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * kafkajs sends the requests of an idempotent producer one after the other, compressing included, so there are several:
 * with one, a collector waits for half of its time.
 */
const LANES = 3;

interface Lane {
  busy: number;
  producer: Promise<Producer> | undefined;
}

/**
 * Idempotent producers, so that kafkajs's own repeats add nothing. After a failure one is made anew: the broker and it
 * may not agree any more on how many messages there were.
 *
 * @param prepare done once, before the first message
 */
export function createSender(kafka: () => Kafka, prepare: () => Promise<void>): Sender {
  const lanes = Array.from({ length: LANES }, (): Lane => ({ busy: 0, producer: undefined }));
  let prepared: Promise<void> | undefined;

  const prepareOnce = (): Promise<void> =>
    (prepared ??= prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));

  const connect = async (): Promise<Producer> => {
    await prepareOnce();
    const producer = kafka().producer({
      idempotent: true,
      // Sending what may or may not have arrived is marked `again`, so giving up early is safe.
      retry: { retries: RETRIES, maxRetryTime: LONGEST_PAUSE_MS },
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  };

  const drop = async (lane: Lane): Promise<void> => {
    const old = lane.producer;
    lane.producer = undefined;
    await old?.then((producer) => producer.disconnect()).catch(() => undefined);
  };

  return {
    async send(topic, messages) {
      const lane = lanes.reduce((least, each) => (each.busy < least.busy ? each : least));
      const current = (lane.producer ??= connect());
      lane.busy++;
      try {
        await (await current).send({ topic, messages, acks: -1, compression: CompressionTypes.LZ4 });
      } catch (error) {
        if (current === lane.producer) await drop(lane);
        throw busError(error);
      } finally {
        lane.busy--;
      }
    },
    async stop() {
      await Promise.all(lanes.map(drop));
    },
  };
}
