import { codeOf, WayleaveError } from '../kernel/errors';
import type { SqlParams, Store } from '../store';

/** ClickHouse's QUERY_WAS_CANCELLED. */
const CANCELLED = '394';

/**
 * Stops the statements of an attempt whose process died, or gave up waiting: a server goes on with them, and they would
 * add to what this attempt adds. If one of them is that of another process that was sent the same content and is still at
 * it, that attempt fails as `upload-overtaken`, and finds the content taken when it comes again.
 *
 * An attempt of another process that is between two statements, or runs them on another node, is not found: nothing tells
 * the two apart then, and each may count or repeat what the other inserts.
 */
export async function stopEarlier(store: Store, segment: string): Promise<void> {
  if (store.kind === 'embedded') return;
  await store.command(`KILL QUERY WHERE user = currentUser() AND Settings['log_comment'] = {attempt:String} SYNC`, {
    attempt: attemptOf(segment),
  });
}

/**
 * Blocks that are alike are no repetition to be left out: a file may say the same twice, and what was taken out again
 * comes again. The embedded engine keeps the token of an earlier insert unless it is told another.
 */
const EVERY_BLOCK = { insert_deduplicate: 0, insert_deduplication_token: `''` };

/**
 * Runs an INSERT … SELECT under a mark that `stopEarlier` knows it by.
 *
 * @throws WayleaveError `upload-overtaken`, retriable, and what the store throws
 */
export async function insertAs(
  store: Store,
  segment: string,
  sql: string,
  params: SqlParams,
  settings: Readonly<Record<string, number>> = {},
): Promise<void> {
  const all = { ...settings, ...EVERY_BLOCK, log_comment: `'${attemptOf(segment)}'` };
  const list = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  try {
    await store.command(`${sql} SETTINGS ${list.join(', ')}`, { ...params, segment });
  } catch (error) {
    if (!(error instanceof WayleaveError) || codeOf(error.cause) !== CANCELLED) throw error;
    throw new WayleaveError('another process was given the same content, and takes it', {
      code: 'upload-overtaken',
      retriable: true,
      cause: error,
    });
  }
}

function attemptOf(segment: string): string {
  return `wayleave-upload ${segment}`;
}
