import type { SqlSource, Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { COUNTERS, KEY, summedDays } from './days';

const COLUMNS = [...KEY, ...COUNTERS, 'first_seen', 'last_seen'].join(', ');

/**
 * The conversations of a window (end exclusive) as rows to be summed in the engine: one for each UTC day where `sumDays`
 * left it right, one for each hour elsewhere. Columns: `day`, those of a conversation's name, its counters,
 * `first_seen`, `last_seen`, `direction`.
 */
export async function windowRows(store: Store, { from, to }: Window): Promise<SqlSource> {
  const summed = await summedDays(store, { from, to });
  const hours = `SELECT toDate(hour) AS day, ${COLUMNS}, direction FROM current_conversations
    WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})`;
  if (summed.length === 0) return { sql: `(${hours})`, params: { from, to } };
  const days = `SELECT day, ${COLUMNS}, toUInt8(intDiv(doubt, 4294967296)) AS direction FROM conversation_days
    WHERE day IN {days:Array(Date)} AND summing IN {summings:Array(UUID)}`;
  return {
    sql: `(${hours} AND toDate(hour) NOT IN {days:Array(Date)} UNION ALL ${days})`,
    params: { from, to, days: summed.map(({ day }) => day), summings: summed.map(({ summing }) => summing) },
  };
}
