import { WayleaveError } from '../kernel/errors';
import { markStale, type Store } from '../store';
import type { Destination } from './destination';
import { discard, missingSegments, repeatLoad } from './settlement';

/** Loads segments into ClickHouse. */
export function storeDestination(store: Store): Destination {
  return {
    name: 'ClickHouse',
    async deliver(segment, again) {
      const { id, rows } = segment;
      const expected = new Map([[id, rows]]);
      if (!again) await store.load(segment);
      else if ((await missingSegments(store, expected)).length > 0) {
        const missing = await repeatLoad(store, expected, id, (token) => store.load(segment, token));
        if (missing.length > 0)
          throw new WayleaveError(`segment ${id} is not there, however often it is loaded`, { code: 'store-query' });
      }
      await markStale(store, 'segment = {segment:UUID}', { segment: id });
    },
    withdraw: ({ id }) => discard(store, id),
  };
}
