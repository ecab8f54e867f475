import type { Kafka } from 'kafkajs';
import { messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import type { Destination, Trouble } from '../spool';
import { createClient, ensureTopics } from './client';
import { busDestination } from './destination';
import type { BusMetrics } from './metrics';
import { insertOnto, type Observations } from './observations';
import { topicsOf, type KafkaOptions } from './options';
import { createSender, type Sender } from './producer';

export interface BusDeps {
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: BusMetrics;
}

/** The collector's side: what takes segments and observations to Kafka. */
export interface KafkaBus {
  /** For the loader of a spool. */
  readonly destination: Destination;
  readonly observations: Observations;
  /** Why Kafka takes nothing at present. */
  readonly trouble: Trouble | undefined;
  /** Reads the TLS files; connects when there is something to send. @throws WayleaveError `bad-config` */
  start(): void;
  stop(): Promise<void>;
}

export function createKafkaBus(options: KafkaOptions, { log, clock, metrics }: BusDeps): KafkaBus {
  let kafka: Kafka | undefined;
  let trouble: Trouble | undefined;
  const limit = options.messageKiB * 1024;
  const topics = topicsOf(options);
  const client = (): Kafka => (kafka ??= createClient(options, log));
  const inner = createSender(client, () => ensureTopics(client(), options));
  const sender: Sender = {
    ...inner,
    async send(topic, messages) {
      try {
        await inner.send(topic, messages);
        trouble = undefined;
      } catch (error) {
        trouble = { reason: messageOf(error), since: trouble?.since ?? clock().getTime() };
        throw error;
      }
    },
  };
  return {
    destination: busDestination({ topic: topics.flows, limit }, { sender, metrics }),
    observations: insertOnto({ topic: topics.observations, limit }, { sender, metrics }),
    get trouble() {
      return trouble;
    },
    start: () => void client(),
    stop: () => inner.stop(),
  };
}
