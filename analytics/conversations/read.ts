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

/** The conversations of a window (end exclusive), hours summed; sorted, so that equal data reads equally. */
export async function readConversations(store: Store, { from, to }: Window): Promise<Conversation[]> {
  const rows = await store.query<Conversation & { direction: DirectionLevel }>(
    `SELECT scope, ${addressText('c.client')} AS client, ${addressText('c.server')} AS server, protocol, port,
       sum(c.connections) AS connections, sum(c.established) AS established, sum(c.denied) AS denied,
       sum(c.refused) AS refused, sum(c.unanswered) AS unanswered, sum(c.half_open) AS halfOpen,
       sum(client_packets) AS clientPackets, sum(server_packets) AS serverPackets,
       sum(client_bytes) AS clientBytes, sum(server_bytes) AS serverBytes,
       uniqExact(hour) AS hours,
       toUnixTimestamp(min(first_seen)) AS firstSeen, toUnixTimestamp(max(last_seen)) AS lastSeen,
       min(c.direction) AS direction, round(argMin(c.confidence, c.direction), 3) AS confidence,
       arrayMap(r -> ${addressText('r')}, arraySort(groupUniqArrayArray(c.reporters))) AS reporters,
       toUnixTimestamp(max(c.client_from)) AS clientAsOf, toUnixTimestamp(max(c.server_from)) AS serverAsOf
     FROM current_conversations AS c
     WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32})
     GROUP BY scope, c.client, c.server, protocol, port
     ORDER BY scope, c.server, protocol, port, c.client`,
    { from, to },
  );
  return rows;
}
