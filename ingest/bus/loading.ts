import { createHash, randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WayleaveError } from '../kernel/errors';
import { missingSegments, repeatLoad, type ExpectedRows } from '../spool';
import { isUnreadable, markStale, type Segment, type Store } from '../store';
import type { Work } from './fence';
import type { RowsMessage } from './message';
import type { BusMetrics } from './metrics';
import { receivedOf } from './received';

/** An insert becomes one block in the engine's memory, several times as large there. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What a load needs of the member that does it. */
export interface LoadContext {
  /** Runs what writes to the store. @throws when this member must not write any more */
  write<T>(work: Work<T>): Promise<T>;
  /** Called after a failure that may pass; resolves when it is time to try again. @throws when it is of no use */
  wait(reason: string): Promise<void>;
  /** The store refuses what the message holds. */
  refused(message: RowsMessage, reason: string): Promise<void>;
}

export interface LoadDeps {
  readonly store: Store;
  /** Where rows wait for the store to read them; not synced, for Kafka has them until they are in. */
  readonly folder: string;
  readonly metrics: BusMetrics;
  /** What the store may spend on an insert. */
  readonly writeSeconds: number;
}

/**
 * Loads messages, each exactly once, as one insert for each layout.
 *
 * @param doubtful ids that may be in the store already
 * @throws what `context` throws; then some may be in, and all are doubtful from then on
 */
export async function loadMessages(
  messages: readonly RowsMessage[],
  doubtful: ReadonlySet<string>,
  context: LoadContext,
  deps: LoadDeps,
): Promise<void> {
  // A message that was put on the bus twice can come twice at once.
  const once = new Map<string, RowsMessage>();
  for (const message of messages) {
    if (once.has(message.segment)) deps.metrics.duplicateRows.inc(message.rows);
    else once.set(message.segment, message);
  }
  const all = [...once.values()];
  const fresh = all.filter(({ segment }) => !doubtful.has(segment));
  const absent = await missingOf(
    all.filter(({ segment }) => doubtful.has(segment)),
    context,
    deps,
  );
  for (const some of byLayout(absent)) await loadGroup(some, true, context, deps);
  for (const some of byLayout(fresh)) await loadGroup(some, false, context, deps);
  const ids = [...once.keys()];
  if (ids.length > 0) await persist(context, () => markStale(deps.store, 'segment IN {ids:Array(UUID)}', { ids }));
  deps.metrics.loadedMessages.inc(absent.length + fresh.length);
  deps.metrics.loadedRows.inc(rowsOf(absent) + rowsOf(fresh));
}

async function missingOf(
  suspects: readonly RowsMessage[],
  context: LoadContext,
  { store, metrics }: LoadDeps,
): Promise<readonly RowsMessage[]> {
  if (suspects.length === 0) return [];
  // A replica that was away may take longer to catch up than a write may; it only reads, so no fence is needed.
  for (const statement of store.layout.catchUp) await outlast(context, () => store.command(statement));
  const expected = expectedOf(suspects);
  const received = receivedOf(suspects);
  const missing = new Set(await persist(context, (signal) => missingSegments(store, expected, { signal, received })));
  metrics.duplicateRows.inc(rowsOf(suspects.filter(({ segment }) => !missing.has(segment))));
  return suspects.filter(({ segment }) => missing.has(segment));
}

/** @param again whether a load of some of them may have been begun before */
async function loadGroup(
  messages: readonly RowsMessage[],
  again: boolean,
  context: LoadContext,
  deps: LoadDeps,
): Promise<void> {
  try {
    await loadFile(messages, again, context, deps);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const [only] = messages;
    if (messages.length === 1 && only) return context.refused(only, messageOf(error));
    // One of them is to blame, and the others go in without it.
    for (const message of messages) await loadGroup([message], true, context, deps);
  }
}

/** One insert, until its rows are in. */
async function loadFile(
  messages: readonly RowsMessage[],
  again: boolean,
  context: LoadContext,
  deps: LoadDeps,
): Promise<void> {
  const { store } = deps;
  const token = tokenOf(messages);
  if (!again) {
    try {
      return await context.write((signal) => insert(messages, token, signal, deps));
    } catch (error) {
      if (!mayPass(error)) throw error;
      await context.wait(messageOf(error));
    }
  }
  // A token that came up before may have outlived its rows: that an insert returned says nothing of them any more.
  const expected = expectedOf(messages);
  const received = receivedOf(messages);
  await persist(context, async (signal) => {
    const load = (under: string, missing: readonly string[]): Promise<void> => {
      const ids = new Set(missing);
      const some = messages.filter(({ segment }) => ids.has(segment));
      return insert(some, under, signal, deps);
    };
    const missing = await repeatLoad(store, expected, token, load, { signal, received });
    if (missing.length > 0)
      throw new WayleaveError(`${missing.length} messages are not in ClickHouse, however often they are loaded`, {
        code: 'store-unavailable',
        retriable: true,
        where: { segment: missing[0] ?? '' },
      });
  });
}

/** From a file of its own: an earlier attempt may still be read. */
async function insert(
  messages: readonly RowsMessage[],
  token: string,
  signal: AbortSignal,
  { store, folder, writeSeconds }: LoadDeps,
): Promise<void> {
  const [{ layout } = { layout: [] }] = messages;
  const id = randomUUID();
  const path = join(folder, `${id}.rows`);
  const segment: Segment = { id, path, layout, rows: rowsOf(messages), mixed: true };
  try {
    await writeFile(
      path,
      messages.map(({ body }) => body),
      { mode: 0o600, signal },
    );
    signal.throwIfAborted();
    await store.load(segment, token, writeSeconds);
  } finally {
    await rm(path, { force: true });
  }
}

/** Writes, until it goes through. */
export async function persist<T>(context: LoadContext, work: Work<T>): Promise<T> {
  return outlast(context, () => context.write(work));
}

async function outlast<T>(context: LoadContext, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error)) throw error;
      await context.wait(messageOf(error));
    }
  }
}

/** What the store or the disk says; what the group says is not ours to wait out. */
function mayPass(error: unknown): boolean {
  const ours = error instanceof WayleaveError || (typeof error === 'object' && error !== null && 'syscall' in error);
  return ours && !isUnreadable(error);
}

/** Messages of one layout, no more of them than make a block. */
function byLayout(messages: readonly RowsMessage[]): readonly RowsMessage[][] {
  const open = new Map<string, { readonly group: RowsMessage[]; bytes: number }>();
  const groups: RowsMessage[][] = [];
  for (const message of messages) {
    const key = message.layout.join();
    let last = open.get(key);
    if (!last || last.bytes + message.body.length > MOST_BYTES) {
      last = { group: [], bytes: 0 };
      open.set(key, last);
      groups.push(last.group);
    }
    last.group.push(message);
    last.bytes += message.body.length;
  }
  return groups;
}

/** The same messages have the same token, whatever order they come in. */
function tokenOf(messages: readonly RowsMessage[]): string {
  const hash = createHash('sha256');
  for (const id of messages.map(({ segment }) => segment).sort()) hash.update(id);
  return hash.digest('hex');
}

function expectedOf(messages: readonly RowsMessage[]): ExpectedRows {
  return new Map(messages.map(({ segment, rows }) => [segment, rows]));
}

function rowsOf(messages: readonly { readonly rows: number }[]): number {
  return messages.reduce((sum, { rows }) => sum + rows, 0);
}
