import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type Admin, type SASLOptions } from 'kafkajs';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import { registerCodecs } from './codecs';
import { topicsOf, type KafkaOptions, type KafkaTls } from './options';

const CONNECT_MS = 5000;
/** kafkajs waits up to 30 s otherwise before it looks whether a broker is back. */
export const LONGEST_PAUSE_MS = 3000;
/** Dead letters are few, and of all that could be asked of them order is the least useful. */
const FEW_PARTITIONS = 1;

/** @throws WayleaveError `bad-config` when a TLS file cannot be read */
export function createClient({ brokers, clientId, tls, sasl }: KafkaOptions, log: Logger): Kafka {
  registerCodecs();
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_MS,
    retry: { maxRetryTime: LONGEST_PAUSE_MS },
    ...(tls === undefined ? {} : { ssl: tls === true ? true : readTls(tls) }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
    logLevel: logLevel.WARN,
    // What matters comes back as an error or an event; kafkajs calls an error what it is about to try again.
    logCreator:
      () =>
      ({ level, log: { message, error, broker } }) =>
        log.debug({ kafka: { level, error: error as unknown, broker: broker as unknown } }, message),
  });
}

/**
 * Makes the topics that are missing, as far as we may: on many clusters that is somebody else's to do.
 *
 * @throws WayleaveError `bus-unavailable`, retriable
 */
export async function ensureTopics(kafka: Kafka, options: KafkaOptions): Promise<void> {
  const { flows, dead, observations } = topicsOf(options);
  const { partitions, replication } = options;
  const admin = kafka.admin({ retry: { retries: 2, maxRetryTime: LONGEST_PAUSE_MS } });
  try {
    await admin.connect();
    const there = new Set(await admin.listTopics());
    const wanted = [
      { topic: flows, numPartitions: partitions },
      { topic: dead, numPartitions: FEW_PARTITIONS },
      { topic: observations, numPartitions: FEW_PARTITIONS },
    ].filter(({ topic }) => !there.has(topic));
    if (wanted.length > 0) await create(admin, wanted, replication);
  } catch (error) {
    throw busError(error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function create(
  admin: Admin,
  wanted: readonly { readonly topic: string; readonly numPartitions: number }[],
  replicationFactor: number,
): Promise<void> {
  try {
    await admin.createTopics({
      topics: wanted.map((topic) => ({ ...topic, replicationFactor })),
      waitForLeaders: true,
    });
  } catch (error) {
    const names = wanted.map(({ topic }) => topic).join(', ');
    throw new WayleaveError(`the topics ${names} are missing and cannot be created: ${reasonOf(error)}`, {
      code: 'bus-topic-missing',
      // Another collector may have been quicker, or somebody makes them.
      retriable: true,
      cause: error,
    });
  }
}

/** What kafkajs throws, as ours. Whatever may pass by waiting is retriable. */
export function busError(error: unknown): WayleaveError {
  if (error instanceof WayleaveError) return error;
  return new WayleaveError(`Kafka takes nothing: ${reasonOf(error)}`, {
    code: isRefusal(error) ? 'bus-refused' : 'bus-unavailable',
    retriable: !isRefusal(error),
    cause: error,
  });
}

/** What the broker says of the message itself, so that trying again is of no use. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);

function isRefusal(error: unknown): boolean {
  return REFUSALS.has(fieldOf(error, 'type'));
}

/** What a coordinator answers a member that is to join anew. */
const REJOINS = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_COORDINATOR_FOR_GROUP',
]);

/** Whether the group is dealing out its partitions anew, which is no trouble. */
export function isRebalance(error: unknown): boolean {
  return REJOINS.has(fieldOf(error, 'type'));
}

/** kafkajs wraps the first cause in words of its own. */
export function reasonOf(error: unknown): string {
  const errors = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : undefined;
  if (Array.isArray(errors) && errors.length > 0) return errors.map(reasonOf).join('; ');
  return messageOf(error);
}

function fieldOf(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  if (typeof value === 'string') return value;
  return 'cause' in error ? fieldOf(error.cause, name) : '';
}

function readTls({ ca, cert, key }: KafkaTls): { ca?: Buffer[]; cert?: Buffer; key?: Buffer } {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new WayleaveError(`cannot read the TLS file ${path}: ${messageOf(cause)}`, {
        code: 'bad-config',
        where: { file: path },
        cause,
      });
    }
  };
  return {
    ...(ca === undefined ? {} : { ca: [read(ca)] }),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
  };
}
