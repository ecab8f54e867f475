import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Logger } from '../kernel/log';
import type { Store } from '../store';
import type { SpoolMetrics } from './metrics';
import type { SpooledSegment } from './manifest';
import type { Spool } from './spool';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Takes spooled segments into ClickHouse, in order, each exactly once. */
export interface Loader {
  start(): Promise<void>;
  /** `settle`: the segment may have been loaded before, so its rows are counted first. */
  add(segments: readonly SpooledSegment[], settle?: boolean): void;
  /** Resolves when everything added so far is loaded or set aside. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface LoaderDeps {
  readonly store: Store;
  readonly spool: Spool;
  readonly log: Logger;
  readonly metrics: SpoolMetrics;
}

export function createLoader({ store, spool, log, metrics }: LoaderDeps): Loader {
  const queue: { segment: SpooledSegment; settle: boolean }[] = [];
  const stopping = new AbortController();
  /** While there is something in the queue. */
  let loading: Promise<void> | undefined;

  const loadOne = async (segment: SpooledSegment, settle: boolean): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    let uncertain = settle;
    for (;;) {
      try {
        if (!uncertain || (await settled(store, segment.id, segment.rows)) === 'absent') await store.load(segment);
        await markStale(store, segment.id);
        await spool.remove(segment);
        metrics.loaded.inc(segment.rows);
        return;
      } catch (error) {
        uncertain = true;
        if (error instanceof WayleaveError && !error.retriable) {
          log.error(
            { segment: segment.id, rows: segment.rows, reason: messageOf(error) },
            'segment set aside: ClickHouse refused it',
          );
          metrics.setAside.inc(segment.rows);
          return spool.setAside(segment);
        }
        log.warn({ segment: segment.id, reason: messageOf(error), retryInMs: pause }, 'segment not loaded yet');
        await sleep(pause, undefined, { signal: stopping.signal });
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  };

  const work = async (): Promise<void> => {
    try {
      while (queue[0] !== undefined && !stopping.signal.aborted) {
        await loadOne(queue[0].segment, queue[0].settle);
        queue.shift();
        metrics.backlog.set(spool.backlog);
      }
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      // In the same turn as the last look at the queue, so that nothing is added to it unseen.
      loading = undefined;
    }
  };

  const add: Loader['add'] = (segments, settle = false) => {
    for (const segment of segments) queue.push({ segment, settle });
    metrics.backlog.set(spool.backlog);
    if (!loading && queue.length > 0)
      loading = work().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'loading stopped'));
  };

  return {
    async start() {
      const { segments, aside } = await spool.open();
      for (const reason of aside) log.error({ reason }, 'half-written segment set aside');
      if (segments.length > 0)
        log.info({ segments: segments.length, bytes: spool.backlog }, 'loading what an earlier process left');
      add(segments, true);
    },
    add,
    async idle() {
      for (let current = loading; current; current = loading) await current;
    },
    async stop() {
      stopping.abort();
      await loading;
    },
  };
}

/**
 * What became of a load that did not return. A part of the rows can be in when the engine was killed between two
 * blocks; those are taken out again, so that the answer is all or nothing.
 */
async function settled(store: Store, segment: string, rows: number): Promise<'present' | 'absent'> {
  const [found] = await store.query<{ rows: number }>(
    'SELECT count() AS rows FROM flows WHERE segment = {segment:UUID}',
    { segment },
  );
  if (found?.rows === rows) return 'present';
  if (found !== undefined && found.rows > 0) await discard(store, segment);
  return 'absent';
}

export function discard(store: Store, segment: string): Promise<void> {
  return store.command('ALTER TABLE flows DELETE WHERE segment = {segment:UUID} SETTINGS mutations_sync = 2', {
    segment,
  });
}

/** Has the hours that a segment touched rolled up again. */
export function markStale(store: Store, segment: string): Promise<void> {
  return store.command(
    'INSERT INTO stale_hours SELECT DISTINCT toStartOfHour(start), now64(6) FROM flows WHERE segment = {segment:UUID}',
    { segment },
  );
}
