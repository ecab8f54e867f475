import type { Store } from '../../../ingest/store';
import type { DirectionLevel } from '../../model/conversation';
import type { Window } from '../../model/topology';
import { addressText } from '../read';

/** What a server offers, to how many, and on what evidence. Times are epoch seconds. */
export interface Offered {
  readonly scope: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly clients: number;
  readonly connections: number;
  readonly established: number;
  readonly direction: DirectionLevel;
  readonly confidence: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

interface Narrowing {
  /** Only this server, and what it was asked for in vain, too. */
  readonly server?: string;
  readonly limit: number;
}

/** Services by server that were used in a window of conversations, the most used first. */
export function offeredServices(
  store: Store,
  { from, to }: Window,
  { server, limit }: Narrowing,
): Promise<readonly Offered[]> {
  const [one, used] = server === undefined ? ['1', 'sum(c.established) > 0'] : ['server = {server:IPv6}', '1'];
  return store.query<Offered>(
    `SELECT c.scope AS scope, ${addressText('c.server')} AS server, c.protocol AS protocol, c.port AS port,
       uniqExact(c.client) AS clients, sum(c.connections) AS connections, sum(c.established) AS established,
       min(c.direction) AS direction, round(argMin(c.confidence, (c.direction, -c.confidence)), 3) AS confidence,
       toUnixTimestamp(min(c.first_seen)) AS firstSeen, toUnixTimestamp(max(c.last_seen)) AS lastSeen
     FROM (
       SELECT * FROM current_conversations
       WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) AND ${one}
     ) AS c
     GROUP BY c.scope, c.server, c.protocol, c.port HAVING ${used}
     ORDER BY connections DESC, c.server, protocol, port, scope LIMIT {limit:UInt32}`,
    { from, to, limit, ...(server === undefined ? {} : { server }) },
  );
}
