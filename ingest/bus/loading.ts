import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WayleaveError } from '../kernel/errors';
import { missingSegments, repeatLoad, type ExpectedRows } from '../spool';
import { markStale, type Segment, type Store } from '../store';
import type { RowsMessage } from './message';
import type { BusMetrics } from './metrics';

/** An insert becomes one block in the engine's memory, several times as large there. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What a load needs of the member that does it. */
export interface LoadContext {
  /** Runs what writes to the store. @throws when this member must not write any more */
  write<T>(work: () => Promise<T>): Promise<T>;
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
  const absent = await withoutThoseIn([...once.values()], doubtful, context, deps);
  for (const some of byLayout(absent)) await loadLayout(some, context, deps);
  const ids = [...once.keys()];
  if (ids.length > 0) await persist(context, () => markStale(deps.store, 'segment IN {ids:Array(UUID)}', { ids }));
  deps.metrics.loadedMessages.inc(absent.length);
  deps.metrics.loadedRows.inc(rowsOf(absent));
}

async function withoutThoseIn(
  messages: readonly RowsMessage[],
  doubtful: ReadonlySet<string>,
  context: LoadContext,
  { store, metrics }: LoadDeps,
): Promise<readonly RowsMessage[]> {
  const suspects = messages.filter(({ segment }) => doubtful.has(segment));
  if (suspects.length === 0) return messages;
  const missing = new Set(await persist(context, () => missingSegments(store, expectedOf(suspects))));
  metrics.duplicateRows.inc(rowsOf(suspects.filter(({ segment }) => !missing.has(segment))));
  return messages.filter(({ segment }) => !doubtful.has(segment) || missing.has(segment));
}

async function loadLayout(messages: readonly RowsMessage[], context: LoadContext, deps: LoadDeps): Promise<void> {
  for (let left = messages; left.length > 0;) {
    const outcome = await loadFile(left, context, deps);
    left = outcome.missing;
    if (outcome.refusal === undefined) continue;
    const [only] = left;
    if (left.length === 1 && only) return context.refused(only, outcome.refusal);
    // One of them is to blame, and the others go in without it.
    for (const message of left) await loadLayout([message], context, deps);
    return;
  }
}

interface Outcome {
  readonly missing: readonly RowsMessage[];
  /** Why the store will never take one of them. */
  readonly refusal?: string;
}

/** One insert, until its outcome is known. */
async function loadFile(
  messages: readonly RowsMessage[],
  context: LoadContext,
  { store, folder, writeSeconds }: LoadDeps,
): Promise<Outcome> {
  const [{ layout } = { layout: [] }] = messages;
  const path = join(folder, `${randomUUID()}.rows`);
  const segment: Segment = { id: randomUUID(), path, layout, rows: rowsOf(messages), mixed: true };
  const load = (under: string): Promise<void> => store.load(segment, under, writeSeconds);
  const token = tokenOf(messages);
  const expected = expectedOf(messages);
  try {
    await persist(context, () => writeRows(path, messages));
    try {
      await context.write(() => load(token));
      return { missing: [] };
    } catch (error) {
      if (!mayPass(error)) throw error;
      await context.wait(messageOf(error));
    }
    const missing = new Set(await persist(context, () => repeatLoad(store, expected, token, load)));
    return { missing: messages.filter(({ segment: id }) => missing.has(id)) };
  } catch (error) {
    if (isDataError(error)) return { missing: messages, refusal: messageOf(error) };
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Until it goes through. */
export async function persist<T>(context: LoadContext, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await context.write(work);
    } catch (error) {
      if (!mayPass(error)) throw error;
      await context.wait(messageOf(error));
    }
  }
}

async function writeRows(path: string, messages: readonly RowsMessage[]): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    for (const { body } of messages) await file.write(body);
  } finally {
    await file.close();
  }
}

/** What the store or the disk says; what the group says is not ours to wait out. */
function mayPass(error: unknown): boolean {
  const ours = error instanceof WayleaveError || (typeof error === 'object' && error !== null && 'syscall' in error);
  return ours && !isDataError(error);
}

/** Names of ClickHouse's exceptions that are about what is read, not about who reads it. */
const DATA_ERROR =
  /\((CANNOT_(PARSE|READ|CONVERT)_\w+|INCORRECT_DATA|TOO_LARGE_STRING_SIZE|VALUE_IS_OUT_OF_RANGE\w*)\)/;

export function isDataError(error: unknown): boolean {
  // A view that cannot digest the rows is its owner's affair: they are in.
  return error instanceof WayleaveError && DATA_ERROR.test(error.message) && !/pushing to view/.test(error.message);
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
