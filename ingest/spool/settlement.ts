import { setTimeout as sleep } from 'node:timers/promises';
import type { SqlParams, Store } from '../store';

/** How often, and how long apart, rows are looked for before a token is held to have outlived them. */
const LOOKS = 3;
const LOOK_MS = 300;
/** Tokens that one segment may use up: one for each time that the engine was killed over it. */
const GENERATIONS = 5;
/** Ids go to a server in its URL. */
const MOST_IDS = 500;

const WITHIN = 'AND received BETWEEN fromUnixTimestamp64Micro({from:Int64}) AND fromUnixTimestamp64Micro({to:Int64})';

/** How many rows a load was to bring, by the segment id they carry. */
export type ExpectedRows = ReadonlyMap<string, number>;

export interface SettlementOptions {
  /** Once it is aborted no further statement begins, and what is asked for is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** From and to when all the rows were `received`, in microseconds: spares the store the other days. */
  readonly received?: readonly [number, number] | undefined;
}

/**
 * What became of loads that did not return: the ids whose rows are not in. A part of them can be in when the segment
 * spans midnight, or was loaded by an earlier release; that is taken out again, so that the answer is all or nothing.
 */
export async function missingSegments(
  store: Store,
  expected: ExpectedRows,
  { signal, received }: SettlementOptions = {},
): Promise<string[]> {
  for (const statement of store.layout.catchUp) {
    signal?.throwIfAborted();
    await store.command(statement);
  }
  const within: SqlParams = received ? { from: received[0], to: received[1] } : {};
  const missing: string[] = [];
  const ids = [...expected.keys()];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const some = ids.slice(at, at + MOST_IDS);
    signal?.throwIfAborted();
    const counts = await store.query<{ id: string; rows: number }>(
      `SELECT toString(segment) AS id, count() AS rows FROM flows
       WHERE segment IN {ids:Array(UUID)} ${received ? WITHIN : ''} GROUP BY segment`,
      { ids: some, ...within },
    );
    const found = new Map(counts.map(({ id, rows }) => [id, rows]));
    missing.push(...some.filter((id) => found.get(id) !== expected.get(id)));
    const partial = some.filter((id) => found.has(id) && found.get(id) !== expected.get(id));
    signal?.throwIfAborted();
    if (partial.length > 0) await discard(store, ...partial);
  }
  return missing;
}

/**
 * Repeats a load that did not return. It may still be under way in a server, so the same token comes first: of the two
 * one counts. But an engine that was killed between remembering a token and committing the part refuses that token for
 * good, and only another gets the rows in. The others come in an order that is always the same, and one comes up only
 * when a load under the one before it has returned: so a repeat never passes by an attempt that is still under way.
 *
 * @param load under that token, at least those of the segments that are not in yet
 * @returns the ids whose rows are not in, which the store refuses for a reason that is not known
 */
export async function repeatLoad(
  store: Store,
  expected: ExpectedRows,
  token: string,
  load: (token: string, missing: readonly string[]) => Promise<void>,
  options: SettlementOptions = {},
): Promise<string[]> {
  let missing = [...expected.keys()];
  for (let generation = 0; generation < GENERATIONS && missing.length > 0; generation++) {
    options.signal?.throwIfAborted();
    await load(generation === 0 ? token : `${token}/${generation}`, missing);
    missing = await missingSegments(store, expected, options);
    for (let look = 1; look < LOOKS && missing.length > 0; look++) {
      await sleep(LOOK_MS);
      missing = await missingSegments(store, expected, options);
    }
  }
  return missing;
}

/** Takes out what there is of segments. */
export async function discard(store: Store, ...segments: readonly string[]): Promise<void> {
  const statements = store.layout.erase('flows', 'segment IN {segments:Array(UUID)}');
  for (const statement of statements) await store.command(statement, { segments });
}
