import { randomUUID } from 'node:crypto';
import { DIRECTION_LEVELS } from '../../analytics/model/conversation';
import { windowRows } from '../../analytics/conversations';
import type { Window } from '../../analytics/model/topology';
import { formatAddress } from '../../ingest/kernel/ip';
import type { SqlSource, Store } from '../../ingest/store';
import type { Places } from './places';

const SPILL = 'SETTINGS max_bytes_before_external_group_by = 1073741824';

const KEY = ['client', 'server', 'protocol', 'port'];
const SUMS = ['connections', 'established', 'denied'];

/** What counts of a use: the first of these reasons against it, or that it is legitimate. */
export const FATES = ['legitimate', 'multicast', 'scanner', 'denied', 'unanswered', 'alert', 'ambiguous'] as const;
export type Fate = (typeof FATES)[number];

/**
 * Two ends may report the same use under scopes of their own: the fuller report stands for both. A policy knows no
 * scopes, so one verdict holds for all of them.
 */
const usesSql = (rows: string) => `
SELECT client, server, protocol, port,
  ${[...SUMS, 'packets', 'bytes'].map((name, i) => `tupleElement(fullest, ${i + 1}) AS ${name}`).join(', ')},
  first_seen, last_seen, direction, (${KEY.join(', ')}) IN (
    SELECT ${KEY.map((name) => `a.${name}`).join(', ')} FROM current_conversations AS a
    WHERE a.hour >= toDateTime({from:UInt32}) AND a.hour < toDateTime({to:UInt32}) AND notEmpty(a.alerts)
  ) AS alerted
FROM (
  SELECT ${KEY.map((name) => `s.${name} AS ${name}`).join(', ')},
    argMax((${[...SUMS, 'packets', 'bytes'].map((name) => `s.${name}`).join(', ')}), (s.connections, s.packets, s.scope)) AS fullest,
    min(s.first_seen) AS first_seen, max(s.last_seen) AS last_seen, min(s.direction) AS direction
  FROM (
    SELECT any(c.scope) AS scope, ${KEY.map((name) => `any(c.${name}) AS ${name}`).join(', ')},
      ${SUMS.map((name) => `sum(c.${name}) AS ${name}`).join(', ')},
      sum(c.client_packets + c.server_packets) AS packets, sum(c.client_bytes + c.server_bytes) AS bytes,
      min(c.first_seen) AS first_seen, max(c.last_seen) AS last_seen, min(c.direction) AS direction
    FROM ${rows} AS c
    GROUP BY cityHash64(c.client, c.server), cityHash64(c.server, c.client, c.scope, c.protocol, c.port)
  ) AS s
  GROUP BY ${KEY.join(', ')}
)
${SPILL}`;

/** Places are numbered below 2^28; what is told of each is in the bits before its number. */
const FLAGS = ['managed', 'ours', 'scanner', 'nobodys'] as const;
const CARRIED = 4_294_967_296;

/** Every address that was seen, beside the edges of places: the last edge before it is that of its own, and the greatest. */
const placesSql = (uses: string, edges: string) => `
SELECT address, toUInt32(intDiv(carried % ${CARRIED}, ${2 ** FLAGS.length})) AS place,
  ${FLAGS.map((flag, bit) => `bitTest(carried, ${bit}) AS ${flag}`).join(', ')}
FROM (
  SELECT address, seen, max(edge) OVER (ORDER BY address) AS carried
  FROM (
    SELECT address, edge, 0 AS seen FROM ${edges}
    UNION ALL
    SELECT address, toUInt64(0) AS edge, 1 AS seen FROM (SELECT DISTINCT arrayJoin([u.client, u.server]) AS address FROM ${uses} AS u)
  )
)
WHERE seen = 1`;

/** Table expressions. */
export interface UseTables {
  /** address, place, managed, ours, scanner, nobodys: every address that was seen. */
  readonly places: string;
  /**
   * client, server, protocol, port, connections, established, denied, packets, bytes, first_seen, last_seen, direction,
   * client_place, server_place, client_managed, server_ours, fate.
   */
  readonly uses: string;
  /** What the uses were summed from, as `windowRows` has it. */
  readonly rows: SqlSource;
}

/**
 * Lets `use` ask what was used by whom in a window, summed over its hours, and at which places that is. The tables are
 * gone afterwards.
 */
export async function withUses<T>(
  store: Store,
  { window, places }: { readonly window: Window; readonly places: Places },
  use: (tables: UseTables) => Promise<T>,
): Promise<T> {
  const id = randomUUID().replaceAll('-', '');
  const [edges, uses, at] = [`replay_edges_${id}`, `replay_uses_${id}`, `replay_places_${id}`];
  const rows = await windowRows(store, window);
  try {
    await store.command(
      `CREATE TABLE ${uses} ENGINE = MergeTree ORDER BY tuple() AS ${usesSql(rows.sql)}`,
      rows.params,
    );
    await store.command(`CREATE TABLE ${edges} (address IPv6, edge UInt64) ENGINE = MergeTree ORDER BY address`);
    await store.insert(edges, edgesOf(places));
    await store.command(`CREATE TABLE ${at} ENGINE = MergeTree ORDER BY address AS ${placesSql(uses, edges)}`);
    return await use({ places: at, uses: placedSql(uses, at), rows });
  } finally {
    for (const table of [edges, uses, at]) await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}

function edgesOf({ starts, isManaged, isOurs, isScanner, isNobodys }: Places): object[] {
  return starts.map(({ address, index }, number) => {
    const flags = [isManaged, isOurs, isScanner, isNobodys].map((test) => test(index));
    const bits = flags.reduce((sum, flag, bit) => sum + (flag ? 2 ** bit : 0), 0);
    const edge = BigInt(number) * BigInt(CARRIED) + BigInt(index * 2 ** FLAGS.length + bits);
    return { address: formatAddress(address), edge: String(edge) };
  });
}

const placedSql = (uses: string, places: string) => `(
  SELECT u.client AS client, u.server AS server, u.protocol AS protocol, u.port AS port, u.connections AS connections,
    u.established AS established, u.denied AS denied, u.packets AS packets, u.bytes AS bytes,
    u.first_seen AS first_seen, u.last_seen AS last_seen, u.direction AS direction,
    c.place AS client_place, s.place AS server_place, c.managed AS client_managed, s.ours AS server_ours,
    multiIf(
      s.nobodys OR c.nobodys, 'multicast',
      c.scanner, 'scanner',
      u.established = 0, if(u.denied > 0, 'denied', 'unanswered'),
      u.alerted, 'alert',
      u.direction = ${DIRECTION_LEVELS.lowerPort}, 'ambiguous',
      'legitimate') AS fate
  FROM ${uses} AS u
  INNER JOIN ${places} AS c ON c.address = u.client
  INNER JOIN ${places} AS s ON s.address = u.server
)`;
