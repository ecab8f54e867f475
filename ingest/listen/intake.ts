import type { FlowDecoder } from '../decode/exporter';
import { messageOf } from '../kernel/errors';
import { parsePrefix } from '../kernel/ip';
import type { Logger } from '../kernel/log';
import type { Clock } from '../kernel/time';
import { RowBatches } from '../model/rows';
import type { Appender, SpooledSegment } from '../spool';
import type { MessageSink } from './message-sink';
import type { IntakeOptions, Ports, Snapshot } from './protocol';
import { createSenders } from './senders';
import { createStreamListener } from './stream';
import { createUdpListener, type Listener } from './udp';

/** Rows become a segment after this long; fewer and larger segments are cheaper to load and to merge. */
const SEAL_MS = 1000;
/** Rows go to their segment's file once this much has gathered. */
const APPEND_BYTES = 4 * 1024 * 1024;
/** How often that is looked at, in messages: 32 of 64 KiB come to no more than a few times as much. */
const LOOK_EVERY = 32;
/** Nothing more is taken while the disk refuses this much. */
const UNWRITTEN_LIMIT = 64 * 1024 * 1024;

export interface IntakeDeps {
  readonly decoder: FlowDecoder;
  readonly appender: Appender;
  readonly log: Logger;
  readonly clock: Clock;
  /** Sealed and on disk. */
  readonly onSegments: (segments: readonly SpooledSegment[]) => void;
}

/** Sockets, the decoder behind them, and the spool behind that. */
export interface Intake {
  /** @throws WayleaveError `listen-failed`, `bad-certificate`; nothing listens then */
  start(): Promise<Ports>;
  /** Has what was received so far sealed. */
  flush(): Promise<void>;
  /** What waits to be loaded beside what was handed to `onSegments` after the first `segments` of them. */
  backlog(bytes: number, segments: number): void;
  snapshot(): Snapshot;
  stop(): Promise<void>;
}

export function createIntake(
  options: Omit<IntakeOptions, 'spool' | 'announced' | 'logLevel'>,
  { decoder, appender, log, clock, onSegments }: IntakeDeps,
): Intake {
  const batches = new RowBatches();
  let messages = 0;
  let sessions = 0;
  let timer: NodeJS.Timeout | undefined;
  let sealing: Promise<void> | undefined;
  /** Bytes of segments that the loader's figure does not have yet, in order, and how many came before them. */
  let untold: number[] = [];
  let told = 0;
  let waiting = 0;

  const measure = (): void => {
    const spooled = waiting + untold.reduce((sum, bytes) => sum + bytes, 0) + appender.unsealed;
    sink.full = spooled > options.spoolLimit || batches.bytes > UNWRITTEN_LIMIT;
  };

  const append = (): void => {
    try {
      appender.append(batches);
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'the spool cannot be written: flows are lost when memory is full');
    }
  };

  const sink: MessageSink & { full: boolean } = {
    full: false,
    take(message, from) {
      decoder.decode(message, from, clock().getTime() * 1000, batches);
      if (++messages % LOOK_EVERY !== 0 || batches.bytes < APPEND_BYTES) return;
      append();
      measure();
    },
    end: (session) => decoder.end(session),
  };

  const seal = async (): Promise<void> => {
    const segments = await appender.seal();
    if (segments.length === 0) return;
    untold.push(...segments.map(({ bytes }) => bytes));
    onSegments(segments);
  };

  const flush = (): Promise<void> => {
    append();
    return seal();
  };

  const senderOf = createSenders(options.exporters?.map(parsePrefix));
  const listeners: { readonly udp: readonly Listener[]; readonly tcp: readonly Listener[] } = {
    udp: options.udp.map((endpoint) => createUdpListener(endpoint, options.receiveBuffer, { sink, senderOf, log })),
    tcp: options.tcp.map((endpoint) =>
      createStreamListener(endpoint, { sink, senderOf, log, clock, nextSession: () => ++sessions }),
    ),
  };
  const all = [...listeners.udp, ...listeners.tcp];

  const tick = (): void => {
    append();
    // While the thread pool is held up, the open segments just grow.
    sealing ??= seal()
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'a segment cannot be sealed yet'))
      .finally(() => {
        sealing = undefined;
      });
    measure();
    for (const listener of all) listener.tick();
  };

  const stopListening = async (): Promise<void> => {
    clearInterval(timer);
    for (const listener of all) await listener.stop();
  };

  return {
    async start() {
      const ports: { udp: number[]; tcp: number[] } = { udp: [], tcp: [] };
      try {
        for (const listener of listeners.udp) ports.udp.push(await listener.start());
        for (const listener of listeners.tcp) ports.tcp.push(await listener.start());
      } catch (error) {
        await stopListening();
        throw error;
      }
      timer = setInterval(tick, SEAL_MS);
      return ports;
    },
    flush,
    backlog(bytes, segments) {
      waiting = bytes;
      untold = untold.slice(Math.max(0, segments - told));
      told = Math.max(told, segments);
      measure();
    },
    snapshot: () => ({
      exporters: decoder.health(),
      names: decoder.takeNames(),
      listeners: all.map((listener) => listener.health()),
    }),
    async stop() {
      await stopListening();
      decoder.settle();
      await flush();
    },
  };
}
