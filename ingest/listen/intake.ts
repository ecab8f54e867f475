import type { FlowDecoder } from '../decode/exporter';
import { WayleaveError } from '../kernel/errors';
import { parsePrefix } from '../kernel/ip';
import type { Logger } from '../kernel/log';
import type { Clock, SteadyClock } from '../kernel/time';
import type { Appender, Fullness, SpooledSegment } from '../spool';
import type { MessageSink } from './message-sink';
import type { Backlog, IntakeOptions, Ports, Snapshot } from './protocol';
import { createSenders } from './senders';
import { createRowWriter } from './row-writer';
import { createStreamListener } from './stream';
import { createUdpListener } from './udp';

/** Rows become a segment after this long; fewer and larger segments are cheaper to load and to merge. */
const SEAL_MS = 1000;
/** Nothing more is taken while the disk refuses this much. */
const UNWRITTEN_LIMIT = 64 * 1024 * 1024;
/** Streams are read no further ahead of what is synced: two full segments. */
const UNSEALED_LIMIT = 128 * 1024 * 1024;

export interface IntakeDeps {
  readonly decoder: FlowDecoder;
  readonly appender: Appender;
  readonly log: Logger;
  readonly clock: Clock;
  readonly steady: SteadyClock;
  /** Sealed and on disk. */
  readonly onSegments: (segments: readonly SpooledSegment[]) => void;
}

/** Sockets, the decoder behind them, and the spool behind that. */
export interface Intake {
  /** @throws WayleaveError `listen-failed`, `bad-certificate`; nothing listens then */
  start(): Promise<Ports>;
  /** Has what was received so far sealed. @throws WayleaveError `spool-unwritable`, retriable; nothing is forgotten */
  flush(): Promise<void>;
  /** What waits to be loaded beside what was handed to `onSegments` after the first `segments` of them. */
  backlog(told: Omit<Backlog, 'kind'>): void;
  snapshot(): Snapshot;
  /**
   * Reads no more, seals, answers the exporters that wait for that, and closes. When the disk refuses, no connection is
   * acknowledged, and what UDP brought last is lost.
   */
  stop(): Promise<void>;
}

export function createIntake(
  options: Omit<IntakeOptions, 'spool' | 'announced' | 'logLevel'>,
  { decoder, appender, log, clock, steady, onSegments }: IntakeDeps,
): Intake {
  let sessions = 0;
  let timer: NodeJS.Timeout | undefined;
  /** Bytes of segments that the loader's figure does not have yet, in order, and how many came before them. */
  let untold: number[] = [];
  let told = 0;
  let waiting = 0;
  let refused: Fullness | undefined;

  const writer = createRowWriter({
    appender,
    log,
    onSegments(segments) {
      untold.push(...segments.map(({ bytes }) => bytes));
      onSegments(segments);
    },
    onProgress() {
      measure();
      for (const listener of tcp) listener.tick();
    },
    onLost(rows) {
      log.error({ rows }, 'the disk has lost rows that it took: connections are reset, none is told that all is safe');
      for (const listener of tcp) listener.breakOff('failed', 'the disk lost rows that may be its');
    },
  });

  const fullness = (): Fullness | undefined => {
    const spooled = waiting + untold.reduce((sum, bytes) => sum + bytes, 0) + appender.unsealed;
    if (spooled <= options.spoolLimit) return refused;
    return { cause: 'bytes', reason: `${spooled} bytes wait, and ${options.spoolLimit} are allowed` };
  };

  const measure = (): void => {
    sink.full = fullness() !== undefined || writer.batches.bytes > UNWRITTEN_LIMIT;
    sink.behind = sink.full || writer.trouble !== undefined || appender.unsealed > UNSEALED_LIMIT;
  };

  const sink: MessageSink & { full: boolean; behind: boolean } = {
    full: false,
    behind: false,
    take(message, from) {
      decoder.decode(message, from, clock().getTime() * 1000, writer.batches);
      writer.taken();
    },
    whenSafe: writer.whenSafe,
    finish: (session) => decoder.finish(session, writer.batches),
    end: (session) => decoder.end(session),
  };

  const senderOf = createSenders(options.exporters?.map(parsePrefix));
  const udp = options.udp.map((endpoint) =>
    createUdpListener(endpoint, options.receiveBuffer, { sink, senderOf, log }),
  );
  const tcp = options.tcp.map((endpoint) =>
    createStreamListener(endpoint, { sink, senderOf, log, steady, nextSession: () => ++sessions }),
  );
  const all = [...udp, ...tcp];

  const tick = (): void => {
    void writer.seal();
    measure();
    for (const listener of all) listener.tick();
  };

  const stopListening = async (): Promise<void> => {
    clearInterval(timer);
    for (const listener of all) await listener.stop();
  };

  const troubleOf = (): Fullness | undefined =>
    writer.trouble === undefined
      ? undefined
      : { cause: 'disk', reason: `the spool cannot be written: ${writer.trouble}` };

  return {
    async start() {
      const ports: { udp: number[]; tcp: number[] } = { udp: [], tcp: [] };
      try {
        for (const listener of udp) ports.udp.push(await listener.start());
        for (const listener of tcp) ports.tcp.push(await listener.start());
      } catch (error) {
        await stopListening();
        throw error;
      }
      timer = setInterval(tick, SEAL_MS);
      return ports;
    },
    async flush() {
      const failure = await writer.flush();
      if (failure !== undefined)
        throw new WayleaveError(`the spool cannot be written: ${failure}`, {
          code: 'spool-unwritable',
          retriable: true,
        });
    },
    backlog(now) {
      waiting = now.bytes;
      untold = untold.slice(Math.max(0, now.segments - told));
      told = Math.max(told, now.segments);
      refused = now.refused;
      measure();
    },
    snapshot: () => ({
      exporters: decoder.health(),
      names: decoder.takeNames(),
      listeners: all.map((listener) => listener.health()),
      full: troubleOf() ?? fullness(),
    }),
    async stop() {
      clearInterval(timer);
      for (const listener of udp) await listener.stop();
      for (const listener of tcp) listener.quiesce();
      decoder.settle();
      const failure = await writer.flush();
      writer.stop();
      if (failure !== undefined)
        log.error({ reason: failure, rows: writer.batches.rows }, 'the spool cannot be written: rows are lost');
      await stopListening();
    },
  };
}
