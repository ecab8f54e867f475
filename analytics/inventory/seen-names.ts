import type { Store } from '../../ingest/store';
import { addressText } from '../conversations/read';
import type { Window } from '../model/topology';

/** DNS answers are remembered for a month: names of addresses change slowly, and not every hour asks for each. */
const LOOK_BACK_SECONDS = 30 * 86_400;
/** Addresses whose names are kept, those seen most often first. */
const MOST_ADDRESSES = 200_000;
const NAMES_EACH = 3;

/** Names under which addresses were seen (DNS answers, TLS, HTTP), most frequent first, by address. */
export async function readSeenNames(store: Store, { from, to }: Window): Promise<Map<string, string[]>> {
  const rows = await store.query<{ address: string; names: string[] }>(
    `SELECT ${addressText('s.address')} AS address,
       arrayMap(name -> name.2, arraySlice(arraySort(name -> (-name.1, name.2), groupArray((seen, value))), 1, {each:UInt8})) AS names
     FROM (
       SELECT address, lower(trim(TRAILING '.' FROM name)) AS value, sum(times) AS seen
       FROM (
         SELECT address, value AS name, count() AS times FROM sightings
         WHERE kind = 'name' AND seen >= toDateTime({from:Int64} - {lookBack:Int64}) AND seen < toDateTime({to:Int64})
         GROUP BY address, name
         UNION ALL
         SELECT server AS address, arrayJoin(fqdns) AS name, sum(connections) AS times FROM current_conversations
         WHERE hour >= toDateTime({from:Int64}) AND hour < toDateTime({to:Int64}) AND notEmpty(fqdns) GROUP BY address, name
       )
       GROUP BY address, value HAVING value != ''
     ) AS s
     GROUP BY s.address ORDER BY sum(s.seen) DESC, s.address LIMIT {most:UInt32}`,
    { from, to, lookBack: Math.min(LOOK_BACK_SECONDS, from), each: NAMES_EACH, most: MOST_ADDRESSES },
  );
  return new Map(rows.map(({ address, names }) => [address, names]));
}
