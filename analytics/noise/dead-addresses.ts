import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { addressText } from '../conversations/read';
import { classSql } from './address-class';
import { confidenceOf, leastShare } from './confidence';
import { KNOWN_DAYS } from './contacts';
import type { EstateNetworks } from './estate';
import type { Detected } from './finding';

/** What is asked once or twice may just have been away. */
const LEAST_ATTEMPTS = 10;
const LEAST_HOURS = 2;
const MOST_FINDINGS = 10_000;

interface Row {
  readonly scope: string;
  readonly server: string;
  readonly clients: number;
  readonly connections: number;
  readonly hours: number;
  readonly services: number;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly string[];
}

/** `scanners` are left out as clients: they try every address. */
const deadSql = (estate: EstateNetworks) => `
SELECT scope, ${addressText('server')} AS server, clients, connections_ AS connections, hours, services, first, last,
  arrayMap(s -> ${addressText('s')}, examples_) AS examples
FROM (
  SELECT c.scope AS scope, c.server AS server, uniqExact(c.client) AS clients, sum(c.connections) AS connections_,
    uniqExact(c.hour) AS hours, uniqExact(c.protocol, c.port) AS services,
    toUnixTimestamp(min(c.first_seen)) AS first, toUnixTimestamp(max(c.last_seen)) AS last,
    arraySort(groupArraySample(5, 1)(DISTINCT c.client)) AS examples_
  FROM current_conversations AS c
  WHERE c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})
    AND ${estate.insideSql('c.server')} AND ${estate.insideSql('c.client')} AND ${classSql('c.server')} = 'host'
    AND c.direction < 6 AND c.client NOT IN (SELECT arrayJoin({scanners:Array(IPv6)}))
  GROUP BY scope, server
  HAVING sum(c.established) = 0 AND sum(c.refused) = 0 AND sum(c.half_open) = 0 AND sum(c.server_packets) = 0
    AND sum(c.denied) < connections_ AND connections_ >= ${LEAST_ATTEMPTS} AND hours >= ${LEAST_HOURS}
    AND (scope, server) NOT IN (
      SELECT a.scope, arrayJoin(if(a.established > 0, [a.client, a.server], [a.client])) FROM current_conversations AS a
      WHERE a.hour >= toDateTime({from:UInt32}) - INTERVAL ${KNOWN_DAYS} DAY AND a.hour < toDateTime({to:UInt32}))
  ORDER BY connections_ DESC, scope, server LIMIT ${MOST_FINDINGS}
)
ORDER BY connections DESC, scope, server`;

/**
 * Addresses of the estate that never answered, refused nor sent anything, and are asked again and again: what is left
 * of a configuration. A server that failed is none: it answered somebody within the weeks before.
 *
 * @param scanners addresses as IPv6
 */
export async function findDeadAddresses(
  store: Store,
  window: Window,
  estate: EstateNetworks,
  scanners: readonly string[],
): Promise<Detected> {
  const rows = await store.query<Row>(deadSql(estate), { ...window, ...estate.params, scanners });
  return {
    findings: rows.map((row) => ({
      kind: 'misdirected',
      scope: row.scope,
      address: row.server,
      peers: row.clients,
      examples: row.examples,
      seen: { from: row.first, to: row.last },
      connections: row.connections,
      answered: 0,
      confidence: confidenceOf(leastShare(row.connections, row.connections)),
      reason:
        `${row.clients} ${row.clients === 1 ? 'client asks' : 'clients ask'} for ${row.services} of its services, ` +
        `${row.connections} times in ${row.hours} hours, and nobody has had anything from it for ${KNOWN_DAYS} days`,
    })),
    marks: rows.map(({ scope, server }, finding) => ({
      finding,
      scope,
      client: null,
      server,
      service: null,
      alive: [],
      outsideOnly: false,
      answered: false,
    })),
  };
}
