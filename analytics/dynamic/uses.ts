import { randomUUID } from 'node:crypto';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { SqlParams, Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { mapped } from '../noise/estate';
import { knownPorts } from './known-ports';

/** Ports that hand out others: MS-RPC's endpoint mapper, FTP, portmap, Java RMI's registry. */
const CONTROL_PORTS = [135, 21, 111, 1099] as const;
/** What dynamic ports are drawn from: IANA's range is 49152 and up, Linux's 32768 and up, and old Windows' 1025 and up. */
const LEAST_PORT = 1024;
/** Where a draw is likely: below, the tie to the control port must be the clearer. */
const FIRST_EPHEMERAL = 32_768;
/** A port is asked for at most so long before it is used, and clocks of exporters differ a little. */
const ASKED_BEFORE = 3_600;
const CLOCK_SKEW = 5;
/** Of what followed the control port by chance to always: halfway. */
const HALFWAY = 0.5;
/** Uses of other services, none of them tied, that are taken to have been seen: few say little about chance. */
const FEW = 10;
const SPILL = 'SETTINGS max_bytes_before_external_group_by = 536870912';

/** Of all servers, or of the one that is asked about. */
export const askedAbout = (table: string) =>
  `({server:IPv6} = toIPv6('::') OR (${table}.server = {server:IPv6} AND ${table}.scope = {scope:String}))`;

const TRANSPORTS = `(${PROTOCOL.tcp}, ${PROTOCOL.udp})`;

/** High ports "served" to one low client port are a client's own, seen from the wrong side; FTP's data port is another matter. */
const RIGHT_WAY = 'NOT (c.client_port_low = c.client_port_high AND c.client_port_high BETWEEN 1 AND 32767)';

/** Answered conversations, one row per client, server and port; `wanders` where nothing says that the port is fixed. */
const USES_SQL = `
SELECT c.scope AS scope, c.server AS server, c.protocol AS protocol, c.port AS port, c.client AS client,
  min(c.first_seen) AS first, max(c.last_seen) AS last, groupUniqArray(c.hour) AS hours,
  port >= ${LEAST_PORT} AND toUInt32(protocol) * 65536 + port NOT IN (SELECT arrayJoin({known:Array(UInt32)})) AS wanders
FROM current_conversations AS c
WHERE c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})
  AND c.established > 0 AND c.direction < 6 AND c.protocol IN ${TRANSPORTS} AND ${RIGHT_WAY}
  AND ${askedAbout('c')}
GROUP BY scope, server, protocol, port, client
${SPILL}`;

/**
 * Ports that may wander, with what they hang on: `control` (0 none), of `uses` by clients `tied` to it in time, and by
 * `chance` as many of the server's other services. What began with the window cannot be tied to what was before.
 */
const portsSql = (uses: string) => `
SELECT scope, server, protocol, port, first, last, hours, clients,
  tupleElement(best, 1) AS control, tupleElement(best, 2) AS tied, tupleElement(best, 3) AS uses, tupleElement(best, 4) AS chance
FROM (
  SELECT p.scope AS scope, p.server AS server, p.protocol AS protocol, p.port AS port, any(p.first) AS first,
    any(p.last) AS last, any(p.hours) AS hours, any(p.clients) AS clients,
    arrayReverseSort(c -> (c.2 / greatest(c.3, 1), c.2, -toInt32(c.1)), groupArrayIf((t.control, t.tied, t.uses, t.chance),
      t.tied > 0 AND t.tied >= t.uses * if(p.port >= ${FIRST_EPHEMERAL}, ${HALFWAY}, t.chance + (1 - t.chance) * ${HALFWAY})))[1] AS best
  FROM (
    SELECT u.scope AS scope, u.server AS server, u.protocol AS protocol, u.port AS port,
      min(u.first) AS first, max(u.last) AS last, length(groupUniqArrayArray(u.hours)) AS hours, uniqExact(u.client) AS clients
    FROM ${uses} AS u WHERE u.wanders GROUP BY scope, server, protocol, port
  ) AS p
  LEFT JOIN (${tiesSql(uses)}) AS t
    ON t.scope = p.scope AND t.server = p.server AND t.protocol = p.protocol AND t.port = p.port
  GROUP BY scope, server, protocol, port
)`;

/** Of every port that may wander on a server with a control port: how often it followed that, against other services. */
const tiesSql = (uses: string) => {
  const asked = `
  SELECT scope, server, protocol, port, wanders, control, tied
  FROM (
    SELECT u.scope AS scope, u.server AS server, u.protocol AS protocol, u.port AS port, u.wanders AS wanders,
      u.control AS control, u.first AS first, c.last + ${ASKED_BEFORE} >= u.first AND c.first > 0 AS tied
    FROM (
      SELECT s.scope AS scope, s.server AS server, s.protocol AS protocol, s.port AS port, s.client AS client,
        s.wanders AS wanders, s.first AS first, s.first + ${CLOCK_SKEW} AS before, k.control AS control
      FROM ${uses} AS s INNER JOIN (
        SELECT DISTINCT scope, server, port AS control FROM ${uses} WHERE port IN (${CONTROL_PORTS.join(', ')})
      ) AS k ON k.scope = s.scope AND k.server = s.server
      WHERE s.port != k.control
    ) AS u
    ASOF LEFT JOIN (
      SELECT a.scope AS scope, a.server AS server, a.client AS client, a.port AS control,
        a.first_seen AS first, a.last_seen AS last
      FROM current_conversations AS a
      WHERE a.hour >= toDateTime({from:UInt32}) - INTERVAL 1 HOUR AND a.hour < toDateTime({to:UInt32})
        AND ${askedAbout('a')} AND a.established > 0 AND a.protocol IN ${TRANSPORTS} AND a.port IN (${CONTROL_PORTS.join(', ')})
    ) AS c ON c.scope = u.scope AND c.server = u.server AND c.client = u.client AND c.control = u.control AND c.first <= u.before
  )
  WHERE tied OR first >= toDateTime({from:UInt32}) + INTERVAL 1 HOUR`;
  return `
  SELECT w.scope AS scope, w.server AS server, w.protocol AS protocol, w.port AS port, w.control AS control,
    w.tied AS tied, w.uses AS uses, o.share AS chance
  FROM (
    SELECT scope, server, protocol, port, control, countIf(tied) AS tied, count() AS uses
    FROM (${asked}) AS a WHERE a.wanders GROUP BY scope, server, protocol, port, control
  ) AS w
  LEFT JOIN (
    SELECT scope, server, control, countIf(tied) / (count() + ${FEW}) AS share
    FROM (${asked}) AS a WHERE NOT a.wanders GROUP BY scope, server, control
  ) AS o ON o.scope = w.scope AND o.server = w.server AND o.control = w.control`;
};

/** What is asked, and of which server; of all where none is given. */
export interface DynamicQuestion {
  readonly window: Window;
  readonly of?: { readonly scope: string; readonly server: string } | undefined;
}

/** Bindings of `askedAbout`, and the window's. */
export function questionParams({ window, of }: DynamicQuestion): SqlParams {
  return { from: window.from, to: window.to, scope: of?.scope ?? '', server: of ? mapped(of.server) : '::' };
}

export interface UseTables {
  /** scope, server, protocol, port, client, first, last, hours, wanders */
  readonly uses: string;
  /** scope, server, protocol, port, first, last, hours, clients, control, tied, uses, chance */
  readonly ports: string;
}

/** Lets `use` ask the tables of uses and of ports that may wander, which are gone afterwards. */
export async function withUses<T>(
  store: Store,
  question: DynamicQuestion,
  use: (tables: UseTables) => Promise<T>,
): Promise<T> {
  const id = randomUUID().replaceAll('-', '');
  const tables = { uses: `dynamic_uses_${id}`, ports: `dynamic_ports_${id}` };
  const asked = questionParams(question);
  try {
    await store.command(
      `CREATE TABLE ${tables.uses} ENGINE = MergeTree ORDER BY (scope, server, protocol, port, client) AS ${USES_SQL}`,
      { ...asked, known: knownPorts() },
    );
    await store.command(
      `CREATE TABLE ${tables.ports} ENGINE = MergeTree ORDER BY (scope, server, protocol, port) AS ${portsSql(tables.uses)}`,
      asked,
    );
    return await use(tables);
  } finally {
    for (const table of Object.values(tables)) await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}
