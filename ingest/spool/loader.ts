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
/** A segment that is refused this often, for this long, while others are taken in between, is the reason itself. */
const MOST_REFUSALS = 3;
const PATIENCE_MS = 60_000;

/** Takes spooled segments to their destination, in order, each exactly once. */
export interface Loader {
  start(): Promise<void>;
  /** `again`: the segments may have been delivered before. */
  add(segments: readonly SpooledSegment[], again?: boolean): void;
  /** Resolves when nothing is left to deliver; under a steady stream that may never be. */
  idle(): Promise<void>;
  /** The same, or what keeps it from happening as soon as something does. */
  drain(): Promise<Trouble | undefined>;
  /** Of segments that were added, or of all that wait now: the same id may have been added before, and wait still. */
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
  /** How long a segment may be refused while others are taken, in milliseconds. */
  readonly patience?: number;
}

interface Waiting {
  readonly segment: SpooledSegment;
  again: boolean;
  refusals: number;
  firstRefused: number | undefined;
  /** Deliveries of others when it was refused last. */
  deliveredThen: number;
}

export function createLoader(deps: LoaderDeps): Loader {
  const { destination, spool, log, metrics, patience = PATIENCE_MS } = deps;
  const now = (): number => performance.now();
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
    removal = removed(segment);
    outcomes.over(segment.id);
    metrics.loaded.inc(segment.rows);
    delivered++;
    pause = FIRST_PAUSE_MS;
    if (trouble) log.info({ since: new Date(trouble.since) }, `${destination.name} takes segments again`);
    trouble = undefined;
  };

  /** Nothing more is delivered until it is gone: where files cannot be removed, they would only gather. */
  const removed = async (segment: SpooledSegment): Promise<void> => {
    for (let wait = FIRST_PAUSE_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        await spool.remove(segment);
        if (wait > FIRST_PAUSE_MS) trouble = undefined;
        return;
      } catch (error) {
        inTrouble(`a loaded segment cannot be removed: ${messageOf(error)}`);
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const setAside = async ({ segment }: Waiting, reason: string): Promise<void> => {
    await destination.withdraw(segment);
    await spool.setAside(segment, reason);
    log.error({ segment: segment.id, rows: segment.rows, reason }, 'segment set aside');
    metrics.setAside.inc(segment.rows);
    outcomes.over(segment.id);
  };

  const inTrouble = (reason: string): void => {
    trouble = { reason, since: trouble?.since ?? Date.now() };
    outcomes.refused(reason);
    for (const resolve of draining) resolve(trouble);
    draining.clear();
  };

  /** What is refused goes behind the others: if they pass, it is the segment, and if not, it is the destination. */
  const refused = async (waiting: Waiting, error: unknown): Promise<void> => {
    const { segment } = waiting;
    let reason = messageOf(error);
    if (isHopeless(waiting, error)) {
      try {
        return await setAside(waiting, reason);
      } catch (failure) {
        reason = `${reason}; it cannot be set aside: ${messageOf(failure)}`;
      }
    }
    queue.push(waiting);
    inTrouble(reason);
    log.warn({ segment: segment.id, reason, retryInMs: pause }, 'segment not loaded yet');
    await sleep(pause, undefined, { signal: stopping.signal });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };

  const isHopeless = (waiting: Waiting, error: unknown): boolean => {
    if (error instanceof WayleaveError && error.code === 'bad-segment') return true;
    if (error instanceof WayleaveError && error.retriable) return false;
    waiting.firstRefused ??= now();
    if (waiting.refusals === 0 || delivered > waiting.deliveredThen) {
      waiting.refusals++;
      waiting.deliveredThen = delivered;
    }
    return waiting.refusals >= MOST_REFUSALS && now() - waiting.firstRefused >= patience;
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
      queue.push({ segment, again, refusals: 0, firstRefused: undefined, deliveredThen: 0 });
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
      const { segments, aside, left } = await spool.open();
      for (const { segment, reason, rows } of aside) {
        log.error({ segment, reason, rows }, 'segment set aside');
        metrics.setAside.inc(rows ?? 0);
      }
      for (const { segment, reason } of left) log.error({ segment, reason }, 'segment left where it is');
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
