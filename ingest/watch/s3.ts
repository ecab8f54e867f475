import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WayleaveError } from '../kernel/errors';
import { createBucket, type BucketOptions } from './bucket';
import { createBucketCursor, cursorSchema, PENDING_LIMIT, type BucketCursor, type ListedObject } from './bucket-cursor';
import { createPauses, OUTAGE_MS } from './pauses';
import { createPolling } from './polling';
import { FAILED_SHOWN, isOutage, mayPass, type FailedFile, type FlowSource, type SourceDeps } from './source';
import { createStateFile } from './state-file';

export interface S3Options extends BucketOptions {
  readonly prefix: string;
  readonly pollSeconds: number;
  /** Keys up to this one, in key order, are left alone. */
  readonly startAfter?: string | undefined;
  /** Larger objects are not taken, in bytes. */
  readonly objectLimit: number;
}

/** A prefix that lists in this many requests is listed whole at every poll. */
const SMALL_PAGES = 10;
/** Larger ones are listed whole this often, for what is late or in no dated series: 1,000 requests per million keys. */
const SWEEP_MS = 3_600_000;
const SAVE_MS = 30_000;

/**
 * Takes the objects under a prefix, each exactly once, whatever order their keys appear in. Every poll lists the whole
 * prefix while it is small; once it is large, the latest two days of every dated series at every poll and the whole
 * hourly. Works with any store that speaks ListObjectsV2 and GetObject.
 */
export function createS3Source(options: S3Options, deps: SourceDeps): FlowSource {
  const { clock, log, metrics } = deps;
  const source = `s3://${options.bucket}/${options.prefix}`;
  const bucket = createBucket(options);
  const file = createStateFile(
    { data: deps.data, kind: 's3', source: `${options.endpoint ?? ''}\0${source}` },
    cursorSchema,
    log,
  );
  const pauses = createPauses();
  const outages = createPauses();
  let cursor: BucketCursor | undefined;
  let failed: FailedFile[] = [];
  let waiting = 0;
  let unsaved = false;
  let savedAt = 0;

  const now = (): number => clock().getTime();
  const later = (a: string, b = ''): string => (a > b ? a : b);

  const open = async (): Promise<BucketCursor> => {
    const state = await file.read();
    failed = [...(state?.failed ?? [])];
    return createBucketCursor(state);
  };

  const save = async (from: BucketCursor): Promise<void> => {
    if (!unsaved) return;
    unsaved = false;
    savedAt = now();
    await file.write({ ...from.state(), failed });
  };

  const take = async (object: ListedObject): Promise<void> => {
    if (object.size > options.objectLimit) {
      throw new WayleaveError(`${object.size} bytes are more than \`http.uploadLimitMiB\` allows`, {
        code: 'too-large',
      });
    }
    await deps.space.require(deps.data, object.size);
    const folder = join(deps.data, 'incoming');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, randomUUID());
    try {
      await bucket.download(object, path);
      const { bytes, duplicate } = await deps.take(path, `s3://${options.bucket}/${object.key}`);
      metrics.files.inc({ source, outcome: duplicate ? 'duplicate' : 'taken' });
      metrics.bytes.inc({ source }, bytes);
    } finally {
      await rm(path, { force: true });
    }
  };

  const outage = (name: string): number => {
    outages.failed(source, now(), OUTAGE_MS.source);
    return pauses.failed(name, now(), OUTAGE_MS.file);
  };

  const held = (): boolean => deps.full() !== undefined || outages.paused(source, now());

  /** Whether to go on: what keeps one object out for now would keep out the next. */
  const attempt = async (at: BucketCursor, object: ListedObject): Promise<boolean> => {
    unsaved = true;
    try {
      await take(object);
      failed = failed.filter(({ name }) => name !== object.key);
      outages.succeeded(source);
    } catch (error) {
      const code = error instanceof WayleaveError ? error.code : 'internal';
      const reason = messageOf(error);
      if (mayPass(error)) {
        at.postpone(object);
        const pause = isOutage(error) ? outage(object.key) : pauses.failed(object.key, now());
        metrics.files.inc({ source, outcome: 'retried' });
        log.warn({ source, key: object.key, reason, seconds: pause / 1000 }, 'an object has to wait');
        return false;
      }
      if (code !== 'object-gone') {
        const others = failed.filter(({ name }) => name !== object.key);
        failed = [...others, { name: object.key, code, reason }].slice(-FAILED_SHOWN);
        metrics.files.inc({ source, outcome: 'failed' });
        log.warn({ source, key: object.key, code, reason }, 'an object cannot be taken');
      }
    }
    at.done(object);
    pauses.succeeded(object.key);
    if (now() - savedAt >= SAVE_MS) await save(at);
    return true;
  };

  const report = (objects: readonly ListedObject[]): void => {
    waiting = objects.length;
    metrics.waiting.set({ source }, waiting);
    const oldest = objects.reduce((least, { modified }) => Math.min(least, modified), now());
    metrics.lag.set({ source }, (now() - oldest) / 1000);
  };

  /** Whether the page was dealt with to its end. */
  const takePage = async (at: BucketCursor, page: readonly ListedObject[], signal?: AbortSignal): Promise<boolean> => {
    const fresh = page.filter((object) => object.size > 0 && !at.isDone(object));
    report([...at.pending(), ...fresh]);
    for (const object of fresh) {
      if (signal?.aborted || held() || at.pending().length >= PENDING_LIMIT) return false;
      const goOn = await attempt(at, object);
      at.swept(object.key);
      if (!goOn) return false;
    }
    return true;
  };

  const sweep = async (at: BucketCursor, signal?: AbortSignal): Promise<void> => {
    const startAfter = later(at.sweepFrom(now()), options.startAfter);
    for await (const page of bucket.list({ prefix: options.prefix, startAfter })) {
      if (!(await takePage(at, page, signal))) return;
      at.sweptPage();
      const last = page.at(-1);
      if (last) at.swept(last.key);
      if (now() - savedAt >= SAVE_MS) await save(at);
    }
    at.endSweep();
    unsaved ||= (at.lastSweep?.pages ?? 0) > SMALL_PAGES;
  };

  const followSeries = async (at: BucketCursor, signal?: AbortSignal): Promise<void> => {
    for (const { prefix, startAfter } of at.tails()) {
      for await (const page of bucket.list({ prefix, startAfter: later(startAfter, options.startAfter) })) {
        if (!(await takePage(at, page, signal))) return;
      }
    }
  };

  const retryPending = async (at: BucketCursor, signal?: AbortSignal): Promise<boolean> => {
    const pending = at.pending();
    pauses.keepOnly(new Set(pending.map(({ key }) => key)));
    for (const object of pending) {
      if (signal?.aborted || held()) return false;
      if (!pauses.paused(object.key, now()) && !(await attempt(at, object))) return false;
    }
    return true;
  };

  const round = async (signal?: AbortSignal): Promise<void> => {
    const at = (cursor ??= await open());
    try {
      if (!(await retryPending(at, signal))) return;
      const { pages = 0, started = 0 } = at.lastSweep ?? {};
      if (at.sweeping || pages <= SMALL_PAGES || now() - started >= SWEEP_MS) await sweep(at, signal);
      else await followSeries(at, signal);
      report(at.pending());
    } finally {
      await save(at);
    }
  };

  const polling = createPolling({ source, pauseMs: options.pollSeconds * 1000, round }, deps);
  return {
    start: () => polling.start(),
    async stop() {
      await polling.stop();
      bucket.close();
    },
    poll: () => round(),
    status: () => ({ source, waiting, failed }),
  };
}
