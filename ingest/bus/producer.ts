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
 * An idempotent producer, so that kafkajs's own repeats add nothing. After a failure it is made anew: the broker and it
 * may not agree any more on how many messages there were.
 *
 * @param prepare done once, before the first message
 */
export function createSender(kafka: () => Kafka, prepare: () => Promise<void>): Sender {
  let connected: Promise<Producer> | undefined;
  let prepared = false;

  const connect = async (): Promise<Producer> => {
    if (!prepared) await prepare();
    prepared = true;
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

  const drop = async (): Promise<void> => {
    const old = connected;
    connected = undefined;
    await old?.then((producer) => producer.disconnect()).catch(() => undefined);
  };

  return {
    async send(topic, messages) {
      const current = (connected ??= connect());
      try {
        await (await current).send({ topic, messages, acks: -1, compression: CompressionTypes.LZ4 });
      } catch (error) {
        if (current === connected) await drop();
        throw busError(error);
      }
    },
    stop: drop,
  };
}
