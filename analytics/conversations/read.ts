import type { Store } from '../../ingest/store';
import type { Conversation, DirectionLevel } from '../model/conversation';
import type { Window } from '../model/topology';

/** Canonical text of an IPv6 column: ClickHouse prints IPv4 as `::ffff:10.0.0.1`. */
export function addressText(column: string): string {
  return `if(startsWith(toString(${column}), '::ffff:'), substring(toString(${column}), 8), toString(${column}))`;
}

/** What conversations there are, hours as epoch seconds; null when there are none. */
export async function wholeWindow(store: Store): Promise<Window | null> {
  const [row] = await store.query<Window>(
    'SELECT toUnixTimestamp(min(hour)) AS "from", toUnixTimestamp(max(hour)) + 3600 AS "to" FROM current_conversations HAVING count() > 0',
  );
  return row ?? null;
}

/**
 * When addresses changed hands in a window. What lasts for ever ends in 2299, which only a DateTime64 can hold.
 *
 * Parameters: `from`, `to`.
 */
const CHANGES_SQL = `
SELECT address, arraySort(groupUniqArray(toUnixTimestamp(toDateTime(at)))) AS changes
FROM (SELECT address, arrayJoin([since, until]) AS at FROM current_owners)
WHERE at > toDateTime64({from:UInt32}, 3) AND at < toDateTime64({to:UInt32}, 3)
GROUP BY address`;

/**
 * The conversations of a window (end exclusive), hours summed; sorted, so that equal data reads equally. Where an address
 * changed hands in the window, what its owners did is told apart.
 */
export async function readConversations(store: Store, { from, to }: Window): Promise<Conversation[]> {
  const [changed] = await store.query(`SELECT 1 FROM (${CHANGES_SQL}) LIMIT 1`, { from, to });
  const owned = (side: 'client' | 'server') =>
    changed === undefined
      ? 'toUInt32(0)'
      : `arrayLast(at -> at <= toUnixTimestamp(c.${side}_from), of_${side}.changes)`;
  const joined = (side: 'client' | 'server') =>
    changed === undefined ? '' : `LEFT ANY JOIN (${CHANGES_SQL}) AS of_${side} ON of_${side}.address = c.${side}`;
  const rows = await store.query<Conversation & { direction: DirectionLevel }>(
    `SELECT scope, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server, protocol, port,
       sum(c.connections) AS connections, sum(c.established) AS established, sum(c.denied) AS denied,
       sum(c.refused) AS refused, sum(c.unanswered) AS unanswered, sum(c.half_open) AS halfOpen,
       sum(client_packets) AS clientPackets, sum(server_packets) AS serverPackets,
       sum(client_bytes) AS clientBytes, sum(server_bytes) AS serverBytes,
       uniqExact(hour) AS hours,
       toUnixTimestamp(min(first_seen)) AS firstSeen, toUnixTimestamp(max(last_seen)) AS lastSeen,
       min(c.direction) AS direction, round(argMin(c.confidence, (c.direction, -c.confidence)), 3) AS confidence,
       arrayMap(r -> ${addressText('r')}, arraySort(groupUniqArrayArray(c.reporters))) AS reporters,
       toUnixTimestamp(max(c.client_from)) AS clientAsOf, toUnixTimestamp(max(c.server_from)) AS serverAsOf
     FROM current_conversations AS c ${joined('client')} ${joined('server')}
     WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})
     GROUP BY scope, c.client, c.server, protocol, port, ${owned('client')}, ${owned('server')}
     ORDER BY scope, c.server, protocol, port, c.client, clientAsOf, serverAsOf`,
    { from, to },
  );
  return rows;
}
