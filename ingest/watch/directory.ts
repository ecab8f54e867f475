import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../kernel/errors';
import { dispose, type After } from './disposal';
import { namePattern } from './file-name';
import { createPauses, OUTAGE_MS } from './pauses';
import { createPolling } from './polling';
import { byAge, scanFolder, type FoundFile } from './scan';
import { FAILED_SHOWN, isOutage, mayPass, type FlowSource, type SourceDeps } from './source';
import { createStateFile } from './state-file';
import { createStillness } from './stillness';

export interface DirectoryOptions {
  readonly path: string;
  /** A shell pattern that file names must match. */
  readonly pattern?: string | undefined;
  readonly recursive: boolean;
  readonly settleSeconds: number;
  readonly after: After;
}

const POLL_MS = 5_000;
/** Files looked at, and files remembered: about 20 MB of memory and 12 MB of cursor. */
const FILES_LIMIT = 100_000;
/** The cursor is written at least this often within a long round, so that a crash repeats little. */
const SAVE_MS = 30_000;

const rememberedSchema = z.object({
  size: z.number(),
  mtimeMs: z.number(),
  taken: z.object({ size: z.number(), digest: z.string() }).optional(),
  failure: z.object({ code: z.string(), reason: z.string() }).optional(),
});
const stateSchema = z.object({ version: z.literal(1), files: z.array(z.tuple([z.string(), rememberedSchema])) });

type Remembered = z.output<typeof rememberedSchema>;

/**
 * Takes the files of a folder, oldest first, each once it has been still for a while. It polls: inotify tells nothing
 * about what other machines write over NFS or SMB, loses events when its queue is full, and would need a scan at start
 * anyway.
 *
 * A file that is replaced under its name is taken again. One that only grew is not, for its first part is in the store
 * already: it fails as `grown-file`, and asks for a pattern that leaves out files still being written.
 */
export function createDirectorySource(options: DirectoryOptions, deps: SourceDeps): FlowSource {
  const { path: source, after } = options;
  const { clock, log, metrics } = deps;
  const matches = namePattern(options.pattern ?? '*');
  const cursor = createStateFile(
    { data: deps.data, kind: 'directory', source: `${source}\0${options.pattern ?? ''}` },
    stateSchema,
    log,
  );
  const stillness = createStillness(options.settleSeconds * 1000);
  const pauses = createPauses();
  const outages = createPauses();
  const remembered = new Map<string, Remembered>();
  let read = false;
  let unsaved = false;
  let savedAt = 0;
  let waiting = 0;
  let complaint = '';

  const now = (): number => clock().getTime();

  const save = async (): Promise<void> => {
    if (!unsaved) return;
    unsaved = false;
    savedAt = now();
    await cursor.write({ version: 1, files: [...remembered] });
  };

  const remember = (file: FoundFile, what: Pick<Remembered, 'taken' | 'failure'>): void => {
    remembered.delete(file.name);
    remembered.set(file.name, { size: file.size, mtimeMs: file.mtimeMs, ...what });
    unsaved = true;
  };

  const fail = (file: FoundFile, code: string, reason: string): void => {
    const taken = remembered.get(file.name)?.taken;
    remember(file, { ...(taken ? { taken } : {}), failure: { code, reason } });
    metrics.files.inc({ source, outcome: 'failed' });
    log.warn({ source, file: file.name, code, reason }, 'a file cannot be taken');
  };

  const take = async (file: FoundFile): Promise<void> => {
    const before = remembered.get(file.name)?.taken;
    if (before && (await startsAs(file, before))) {
      if (file.size === before.size) return remember(file, { taken: before });
      const more = file.size - before.size;
      const advice = 'keep files still being written out of the folder by `pattern`, or raise `settleSeconds`';
      return fail(file, 'grown-file', `grew by ${more} bytes after it was taken; ${advice}`);
    }
    const { digest, bytes, duplicate } = await deps.take(file.path, join(source, file.name));
    remember(file, { taken: { size: bytes, digest } });
    metrics.files.inc({ source, outcome: duplicate ? 'duplicate' : 'taken' });
    metrics.bytes.inc({ source }, bytes);
  };

  const outage = (name: string): number => {
    outages.failed(source, now(), OUTAGE_MS.source);
    return pauses.failed(name, now(), OUTAGE_MS.file);
  };

  const held = (): boolean => deps.full() !== undefined || outages.paused(source, now());

  /** Whether the round may go on: what keeps one file out for now (no store, no space) would keep out the next. */
  const attempt = async (file: FoundFile, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      pauses.succeeded(file.name);
      outages.succeeded(source);
      return true;
    } catch (error) {
      if (!mayPass(error)) {
        fail(file, error instanceof WayleaveError ? error.code : 'internal', messageOf(error));
        return true;
      }
      const pause = isOutage(error) ? outage(file.name) : pauses.failed(file.name, now());
      metrics.files.inc({ source, outcome: 'retried' });
      log.warn({ source, file: file.name, reason: messageOf(error), seconds: pause / 1000 }, 'a file has to wait');
      return false;
    }
  };

  const disposeOf = async (file: FoundFile): Promise<void> => {
    const taken = remembered.get(file.name)?.taken;
    if (taken) await dispose(file, taken.digest, after);
  };

  const look = async (): Promise<{ known: FoundFile[]; fresh: FoundFile[] }> => {
    const except = typeof after === 'object' ? { except: after.move } : {};
    const scan = await scanFolder(source, { matches, recursive: options.recursive, limit: FILES_LIMIT, ...except });
    const unseen = [
      ...scan.unreadable.slice(0, 10).map((name) => `cannot read ${name}`),
      ...(scan.cut ? [`more than ${FILES_LIMIT} files: delete or move what was taken`] : []),
    ].join('; ');
    if (unseen !== complaint && unseen !== '') log.warn({ source, reason: unseen }, 'some files are not seen');
    complaint = unseen;
    const known: FoundFile[] = [];
    const fresh: FoundFile[] = [];
    for (const file of scan.files) (isSame(remembered.get(file.name), file) ? known : fresh).push(file);
    const names = new Set(scan.files.map(({ name }) => name));
    pauses.keepOnly(names);
    // What went away stays remembered while there is room: a share that was not mounted for a while comes back.
    for (const name of remembered.keys()) {
      if (remembered.size <= FILES_LIMIT) break;
      if (!names.has(name)) remembered.delete(name);
    }
    return { known, fresh: fresh.sort(byAge) };
  };

  const report = (files: readonly FoundFile[]): void => {
    waiting = files.length;
    metrics.waiting.set({ source }, waiting);
    metrics.lag.set({ source }, files[0] ? Math.max(0, (now() - files[0].mtimeMs) / 1000) : 0);
  };

  const round = async (signal?: AbortSignal): Promise<void> => {
    if (!read) for (const [name, file] of (await cursor.read())?.files ?? []) remembered.set(name, file);
    read = true;
    const { known, fresh } = await look();
    report(fresh);
    // A crash may have come between taking a file and moving it away.
    const left = after === 'keep' ? [] : known.filter(({ name }) => remembered.get(name)?.failure === undefined);
    const due = stillness.settled(fresh, now()).filter(({ name }) => !pauses.paused(name, now()));
    try {
      for (const file of left.filter(({ name }) => !pauses.paused(name, now()))) {
        await attempt(file, () => disposeOf(file));
      }
      for (const file of due) {
        if (signal?.aborted || held() || !(await attempt(file, () => take(file)))) break;
        if (remembered.get(file.name)?.failure === undefined) await attempt(file, () => disposeOf(file));
        if (now() - savedAt >= SAVE_MS) await save();
      }
    } finally {
      report(fresh.filter((file) => !isSame(remembered.get(file.name), file)));
      await save();
    }
  };

  const polling = createPolling({ source, pauseMs: POLL_MS, round }, deps);
  return {
    start: () => polling.start(),
    stop: () => polling.stop(),
    poll: () => round(),
    status: () => ({
      source,
      waiting,
      failed: [...remembered]
        .flatMap(([name, { failure }]) => (failure ? [{ name, ...failure }] : []))
        .slice(-FAILED_SHOWN),
    }),
  };
}

function isSame(remembered: Remembered | undefined, { size, mtimeMs }: FoundFile): boolean {
  return remembered?.size === size && remembered.mtimeMs === mtimeMs;
}

/** Whether the file still begins with everything that was taken. */
async function startsAs({ path, size }: FoundFile, taken: { size: number; digest: string }): Promise<boolean> {
  if (size < taken.size) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { end: taken.size - 1, highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === taken.digest;
}
