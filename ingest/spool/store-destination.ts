import { setTimeout as sleep } from 'node:timers/promises';
import { markStale, type Segment, type Store } from '../store';
import type { Destination } from './destination';

/** How often, and how long apart, rows are looked for before a token is held to have outlived them. */
const LOOKS = 3;
const LOOK_MS = 300;

/** Loads segments into ClickHouse. */
export function storeDestination(store: Store): Destination {
  return {
    name: 'ClickHouse',
    async deliver(segment, again) {
      if (!again) await store.load(segment);
      else if (!(await settled(store, segment))) await loadAgain(store, segment);
      await markStale(store, 'segment = {segment:UUID}', { segment: segment.id });
    },
  };
}

/**
 * A load that did not return may still be under way in a server, so the same token comes first: of the two one counts.
 * But an engine that was killed between remembering a token and committing the part refuses that token for good, and
 * only a fresh one gets the rows in.
 */
async function loadAgain(store: Store, segment: Segment): Promise<void> {
  await store.load(segment);
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(LOOK_MS);
    if (await settled(store, segment)) return;
  }
  await store.load(segment, `${segment.id}/${Date.now().toString(36)}`);
}

/**
 * What became of a load that did not return: whether all of its rows are in. A part of them can be in when the segment
 * spans midnight, or was loaded by an earlier release; that is taken out again, so that the answer is all or nothing.
 */
async function settled(store: Store, { id, rows }: Segment): Promise<boolean> {
  const [found] = await store.query<{ rows: number }>('SELECT count() AS rows FROM flows WHERE segment = {id:UUID}', {
    id,
  });
  if (found?.rows === rows) return true;
  if (found !== undefined && found.rows > 0) await discard(store, id);
  return false;
}

export function discard(store: Store, segment: string): Promise<void> {
  return store.command('ALTER TABLE flows DELETE WHERE segment = {segment:UUID} SETTINGS mutations_sync = 2', {
    segment,
  });
}
