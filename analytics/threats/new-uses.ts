import { randomUUID } from 'node:crypto';
import type { SqlParams } from '../../ingest/store';
import { addressText } from '../conversations/read';
import { mapped } from '../noise/estate';
import type { Scene } from './detector';

/** A use of a service within the window that the pair of addresses never made before it. Times are epoch seconds. */
export interface NewUse {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  /** Ports that are one to the question asked: 5985 and 5986 are both `winrm`. */
  readonly family: string;
  readonly connections: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** When the ends were first seen at all, in whatever conversation. */
  readonly clientSince: number;
  readonly serverSince: number;
  /** Members of the client's place (those that have none are taken for one) that used it of members of the server's place before the window. */
  readonly peers: number;
  /** Groups whose members used it of members of the server's place before the window. */
  readonly circles: number;
  /** Members of the client's place that used it of anybody before the window. */
  readonly practised: number;
}

interface Question {
  /** A condition on `c`, a row of `current_conversations`. */
  readonly narrow: string;
  /** The family of a row of `c`: a text. */
  readonly family: string;
  readonly params?: SqlParams;
}

/** The busiest; by then it is no list that a person reads. */
const MOST_USES = 5_000;
const BEGIN = 'toDateTime({from:UInt32})';
const END = 'toDateTime({to:UInt32})';

/**
 * Answered uses whose client can be told (level 6 is a guess), new to the whole of the kept history.
 *
 * The places of both ends are as of now: where a peer stood a month ago is not asked, for what matters is whether
 * workloads that do the same today did it before.
 */
export async function findNewUses({ store, window, cast }: Scene, question: Question): Promise<NewUse[]> {
  const table = `threat_places_${randomUUID().replaceAll('-', '')}`;
  const places = [...cast.places].flatMap(([place, addresses]) =>
    addresses.map((address) => ({ address: mapped(address), place })),
  );
  try {
    await store.command(`CREATE TABLE ${table} (address IPv6, place String) ENGINE = Memory`);
    if (places.length > 0) await store.insert(table, places);
    return await store.query<NewUse>(newUsesSql(table, question), { ...window, ...question.params });
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}

const ANSWERED = 'c.established > 0 AND c.direction < 6';

function newUsesSql(places: string, { narrow, family }: Question): string {
  const placed = (side: string) =>
    `LEFT ANY JOIN (SELECT address, any(place) AS place FROM ${places} GROUP BY address) AS of_${side} ON of_${side}.address = u.${side}`;
  const history = `
    SELECT DISTINCT c.scope AS scope, c.client AS client, c.server AS server, ${family} AS family
    FROM current_conversations AS c WHERE c.hour < ${BEGIN} AND ${ANSWERED} AND ${narrow}`;
  const recent = `
    SELECT c.scope AS scope, c.client AS client, c.server AS server, c.protocol AS protocol, c.port AS port,
      any(${family}) AS family, sum(c.connections) AS connections_, sum(c.client_bytes) + sum(c.server_bytes) AS bytes_,
      min(c.first_seen) AS first_, max(c.last_seen) AS last_
    FROM current_conversations AS c
    WHERE c.hour >= ${BEGIN} AND c.hour < ${END} AND ${ANSWERED} AND ${narrow}
    GROUP BY scope, client, server, protocol, port`;
  const before = `SELECT u.family AS family, of_client.place AS client_place, of_server.place AS server_place, uniqExact(u.client) AS peers
    FROM (${history}) AS u ${placed('client')} ${placed('server')}
    WHERE of_server.place != ''
    GROUP BY family, client_place, server_place`;
  const practice = `SELECT u.family AS family, of_client.place AS client_place, uniqExact(u.client) AS practised
    FROM (${history}) AS u ${placed('client')}
    GROUP BY family, client_place`;
  const fresh = `SELECT * FROM (${recent}) WHERE (scope, client, server, family) NOT IN (SELECT scope, client, server, family FROM (${history}))
    ORDER BY connections_ DESC, scope, client, server, protocol, port LIMIT ${MOST_USES}`;
  const since = `SELECT end.1 AS scope, end.2 AS address, min(first) AS since FROM (
      SELECT arrayJoin([(c.scope, c.client), (c.scope, c.server)]) AS end, c.first_seen AS first FROM current_conversations AS c
      WHERE c.hour < ${END} AND (c.client IN (SELECT arrayJoin([client, server]) FROM (${fresh})) OR c.server IN (SELECT arrayJoin([client, server]) FROM (${fresh})))
    ) GROUP BY scope, address`;
  return `
SELECT n.scope AS scope, ${addressText('n.client')} AS client, ${addressText('n.server')} AS server, n.protocol AS protocol, n.port AS port,
  n.family AS family, toFloat64(n.connections_) AS connections, toFloat64(n.bytes_) AS bytes,
  toUnixTimestamp(n.first_) AS first, toUnixTimestamp(n.last_) AS last,
  toUnixTimestamp(cs.since) AS clientSince, toUnixTimestamp(ss.since) AS serverSince, toFloat64(b.peers) AS peers, toFloat64(o.circles) AS circles, toFloat64(p.practised) AS practised
FROM (
  SELECT u.*, of_client.place AS client_place, of_server.place AS server_place
  FROM (${fresh}) AS u ${placed('client')} ${placed('server')}
) AS n
LEFT JOIN (${before}) AS b ON b.family = n.family AND b.client_place = n.client_place AND b.server_place = n.server_place
LEFT JOIN (SELECT family, server_place, uniqExact(client_place) AS circles FROM (${before}) GROUP BY family, server_place) AS o
  ON o.family = n.family AND o.server_place = n.server_place
LEFT JOIN (${practice}) AS p ON p.family = n.family AND p.client_place = n.client_place
LEFT JOIN (${since}) AS cs ON cs.scope = n.scope AND cs.address = n.client
LEFT JOIN (${since}) AS ss ON ss.scope = n.scope AND ss.address = n.server
ORDER BY connections DESC, scope, client, server, protocol, port`;
}
