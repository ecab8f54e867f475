import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Destination } from './destination';
import type { SpoolMetrics } from './metrics';
import type { SpooledSegment } from './manifest';
import { createOutcomes, type Outcomes } from './outcomes';
import type { Spool } from './spool';
import { verify } from './verify';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A segment that is refused this often, while others are taken in between, is the reason itself. */
const MOST_REFUSALS = 3;

/** Takes spooled segments to their destination, in order, each exactly once. */
export interface Loader {
  start(): Promise<void>;
  /** `again`: the segments may have been delivered before. */
  add(segments: readonly SpooledSegment[], again?: boolean): void;
  /** Resolves when everything added so far is delivered or set aside. */
  idle(): Promise<void>;
  /** The same, or what keeps it from happening as soon as something does. */
  drain(): Promise<Trouble | undefined>;
  /** Of segments that were added: the same id may have been added before, and wait still. */
  readonly settled: Outcomes['settled'];
  /** Why the destination takes nothing at present, and since when (epoch milliseconds). */
  readonly trouble: Trouble | undefined;
  stop(): Promise<void>;
}

export interface Trouble {
  readonly reason: string;
  readonly since: number;
}

export interface LoaderDeps {
  readonly destination: Destination;
  readonly spool: Spool;
  readonly log: Logger;
  readonly metrics: SpoolMetrics;
}

interface Waiting {
  readonly segment: SpooledSegment;
  again: boolean;
  refusals: number;
  /** Deliveries of others when it was refused last. */
  refusedAt: number;
}

export function createLoader({ destination, spool, log, metrics }: LoaderDeps): Loader {
  const queue: Waiting[] = [];
  const stopping = new AbortController();
  const outcomes = createOutcomes(destination.name);
  /** While there is something in the queue. */
  let loading: Promise<void> | undefined;
  let trouble: Trouble | undefined;
  /** Who drains, and wants to hear of trouble. */
  const draining = new Set<(trouble: Trouble) => void>();
  let delivered = 0;
  /** Of the segment before: unlinking 64 MiB takes a sixth of the time of loading them, and need not be waited for. */
  let removal: Promise<void> = Promise.resolve();
  let pause = FIRST_PAUSE_MS;

  const deliver = async (waiting: Waiting): Promise<void> => {
    const { segment, again } = waiting;
    waiting.again = true;
    await verify(segment);
    await destination.deliver(segment, again);
    await removal;
    removal = spool.remove(segment).catch((error: unknown) => notRemoved(waiting, error));
    outcomes.over(segment.id);
    metrics.loaded.inc(segment.rows);
    delivered++;
    pause = FIRST_PAUSE_MS;
    if (trouble) log.info({ since: new Date(trouble.since) }, `${destination.name} takes segments again`);
    trouble = undefined;
  };

  /** It is delivered all the same, and is found to be when it comes up again. */
  const notRemoved = (waiting: Waiting, error: unknown): void => {
    log.warn({ segment: waiting.segment.id, reason: messageOf(error) }, 'segment loaded, but not removed yet');
    queue.push(waiting);
  };

  const setAside = async ({ segment }: Waiting, reason: string): Promise<void> => {
    log.error({ segment: segment.id, rows: segment.rows, reason }, 'segment set aside');
    metrics.setAside.inc(segment.rows);
    await spool.setAside(segment, reason);
    outcomes.over(segment.id);
  };

  /** What is refused goes behind the others: if they pass, it is the segment, and if not, it is the destination. */
  const refused = async (waiting: Waiting, error: unknown): Promise<void> => {
    const reason = messageOf(error);
    const { code, retriable } = error instanceof WayleaveError ? error : { code: 'internal', retriable: true };
    if (code === 'bad-segment') return setAside(waiting, reason);
    if (!retriable && (waiting.refusals === 0 || delivered > waiting.refusedAt)) {
      waiting.refusals++;
      waiting.refusedAt = delivered;
      if (waiting.refusals >= MOST_REFUSALS) return setAside(waiting, reason);
    }
    queue.push(waiting);
    outcomes.refused(waiting.segment.id, reason);
    trouble = { reason, since: trouble?.since ?? Date.now() };
    for (const resolve of draining) resolve(trouble);
    draining.clear();
    log.warn({ segment: waiting.segment.id, reason, retryInMs: pause }, 'segment not loaded yet');
    await sleep(pause, undefined, { signal: stopping.signal });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const work = async (): Promise<void> => {
    try {
      while (!stopping.signal.aborted) {
        const waiting = queue.shift();
        if (waiting) await deliver(waiting).catch((error: unknown) => refused(waiting, error));
        else await removal;
        metrics.backlog.set(spool.backlog);
        if (!waiting && queue.length === 0) break;
      }
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      // In the same turn as the last look at the queue, so that nothing is added to it unseen.
      loading = undefined;
    }
  };

  const add: Loader['add'] = (segments, again = false) => {
    for (const segment of segments) {
      queue.push({ segment, again, refusals: 0, refusedAt: 0 });
      outcomes.waits(segment.id);
    }
    metrics.backlog.set(spool.backlog);
    if (!loading && queue.length > 0)
      loading = work().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'loading stopped'));
  };

  const idle = async (): Promise<void> => {
    for (let current = loading; current; current = loading) await current;
  };

  return {
    async start() {
      const { segments, aside, newer } = await spool.open();
      for (const { segment, reason, rows } of aside) {
        log.error({ segment, reason, rows }, 'segment set aside');
        metrics.setAside.inc(rows ?? 0);
      }
      if (newer.length > 0) log.error({ segments: newer.length }, 'segments of a newer Wayleave wait for the upgrade');
      if (segments.length > 0)
        log.info({ segments: segments.length, bytes: spool.backlog }, 'loading what an earlier process left');
      add(segments, true);
    },
    add,
    idle,
    settled: outcomes.settled,
    drain: () =>
      new Promise((resolve) => {
        if (trouble) return resolve(trouble);
        draining.add(resolve);
        void idle().then(() => {
          draining.delete(resolve);
          resolve(undefined);
        });
      }),
    get trouble() {
      return trouble;
    },
    async stop() {
      stopping.abort();
      outcomes.stop();
      await loading;
      await removal;
    },
  };
}
