import { markStale, type Store } from '../store';
import type { Destination } from './destination';
import { freshToken, missingSegments, repeatLoad } from './settlement';

/** Loads segments into ClickHouse. */
export function storeDestination(store: Store): Destination {
  return {
    name: 'ClickHouse',
    async deliver(segment, again) {
      const { id, rows } = segment;
      const expected = new Map([[id, rows]]);
      if (!again) await store.load(segment);
      else if ((await missingSegments(store, expected)).length > 0) {
        const missing = await repeatLoad(store, expected, () => store.load(segment));
        if (missing.length > 0) await store.load(segment, freshToken(id));
      }
      await markStale(store, 'segment = {segment:UUID}', { segment: id });
    },
  };
}
