import type { Store } from '../../ingest/store';
import { MENTIONS } from './batch';
import { CONVERSATION_COLUMNS, MOST_LISTED } from './direction';

const KEY = ['hour', 'scope', 'client', 'server', 'protocol', 'port', 'client_from', 'server_from'];

const JOINED: ReadonlyMap<string, string> = new Map([
  ['version', '{version:UInt64}'],
  ['first_seen', 'min(c.first_seen)'],
  ['client_port_low', 'min(c.client_port_low)'],
  ['direction', 'min(c.direction)'],
  ['confidence', 'argMin(c.confidence, (c.direction, -c.confidence))'],
  ...['reporters', 'points', 'via', ...MENTIONS.map(({ as }) => as)].map(
    (name) => [name, `arraySlice(arraySort(groupUniqArrayArray(c.${name})), 1, ${MOST_LISTED})`] as const,
  ),
  ...KEY.map((name) => [name, `c.${name}`] as const),
]);

/**
 * A bucket whose raw flows have partly expired cannot be recomputed, only added to: what was known (`known`) and what is
 * seen now (`fresh`) are joined by the larger count, which doubles nothing that both hold.
 */
export function keepKnown(
  store: Store,
  bucket: { readonly hour: number; readonly known: number; readonly fresh: number; readonly version: number },
): Promise<void> {
  const columns = CONVERSATION_COLUMNS.map((name) => JOINED.get(name) ?? `max(c.${name})`);
  return store.command(
    `INSERT INTO conversations (${CONVERSATION_COLUMNS.join(', ')})
     SELECT ${columns.join(', ')}
     FROM conversations AS c
     WHERE c.hour = toDateTime({hour:UInt32}) AND c.version IN ({known:UInt64}, {fresh:UInt64})
     GROUP BY ${KEY.map((name) => `c.${name}`).join(', ')}`,
    bucket,
  );
}
