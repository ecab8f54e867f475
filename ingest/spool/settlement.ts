import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../store';

/** How often, and how long apart, rows are looked for before a token is held to have outlived them. */
const LOOKS = 3;
const LOOK_MS = 300;
/** Tokens that one segment may use up: one for each time that the engine was killed over it. */
const GENERATIONS = 5;
/** Ids go to a server in its URL. */
const MOST_IDS = 500;

/** How many rows a load was to bring, by the segment id they carry. */
export type ExpectedRows = ReadonlyMap<string, number>;

/**
 * What became of loads that did not return: the ids whose rows are not in. A part of them can be in when the segment
 * spans midnight, or was loaded by an earlier release; that is taken out again, so that the answer is all or nothing.
 */
export async function missingSegments(store: Store, expected: ExpectedRows): Promise<string[]> {
  for (const statement of store.layout.catchUp) await store.command(statement);
  const missing: string[] = [];
  const ids = [...expected.keys()];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const some = ids.slice(at, at + MOST_IDS);
    const counts = await store.query<{ id: string; rows: number }>(
      'SELECT toString(segment) AS id, count() AS rows FROM flows WHERE segment IN {ids:Array(UUID)} GROUP BY segment',
      { ids: some },
    );
    const found = new Map(counts.map(({ id, rows }) => [id, rows]));
    missing.push(...some.filter((id) => found.get(id) !== expected.get(id)));
    const partial = some.filter((id) => found.has(id) && found.get(id) !== expected.get(id));
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
 * @param load under that token
 * @returns the ids whose rows are not in, which the store refuses for a reason that is not known
 */
export async function repeatLoad(
  store: Store,
  expected: ExpectedRows,
  token: string,
  load: (token: string) => Promise<void>,
): Promise<string[]> {
  let missing = [...expected.keys()];
  for (let generation = 0; generation < GENERATIONS && missing.length > 0; generation++) {
    await load(generation === 0 ? token : `${token}/${generation}`);
    missing = await missingSegments(store, expected);
    for (let look = 1; look < LOOKS && missing.length > 0; look++) {
      await sleep(LOOK_MS);
      missing = await missingSegments(store, expected);
    }
  }
  return missing;
}

/** Takes out what there is of segments. */
export async function discard(store: Store, ...segments: readonly string[]): Promise<void> {
  const statements = store.layout.erase('flows', 'segment IN {segments:Array(UUID)}');
  for (const statement of statements) await store.command(statement, { segments });
}
