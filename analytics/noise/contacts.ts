import { randomUUID } from 'node:crypto';
import { PROTOCOL } from '../../ingest/kernel/port';
import type { Store } from '../../ingest/store';
import type { Window } from '../model/topology';
import { classSql } from './address-class';

/** What answered within so many days before counts as alive: who asks a server that failed is no scanner. */
export const KNOWN_DAYS = 14;
/** Fewer targets without an answer make nobody a suspect. */
const LEAST_UNANSWERED = 5;
/** No more targets of one client are looked at: by then it is clear what it is. */
const MOST_CONTACTS = 500_000;
/** Group-bys go to disk beyond this, so that a scanned /8 does not have to fit in memory. */
const SPILL = 'SETTINGS max_bytes_before_external_group_by = 536870912';

/** Services that answer somebody, hashed: 16 bytes each as a set, five million of them fit. */
const answering = (from: string, to: string) => `
  SELECT cityHash64(a.scope, a.server, a.protocol, a.port) FROM current_conversations AS a
  WHERE a.hour >= ${from} AND a.hour < ${to} AND a.established > 0`;
const BEGIN = 'toDateTime({from:UInt32})';
const END = 'toDateTime({to:UInt32})';
const KNOWN_SINCE = `${BEGIN} - INTERVAL ${KNOWN_DAYS} DAY`;

/** In the window, or in the weeks before. */
export const ALIVE_SQL = answering(KNOWN_SINCE, END);

/** traceroute counts these up from 33434, UDP to one address; what answers is an ICMP error. */
const TRACEROUTE = 'c.port BETWEEN 33434 AND 33625';

/**
 * Rows that may tell a scan. Left out: what is sent to nobody in particular; traceroute; and many high ports "asked" from one low one, which is a server's answers seen alone.
 */
const TELLING = `${classSql('c.server')} = 'host'
  AND NOT (c.protocol = ${PROTOCOL.udp} AND ${TRACEROUTE})
  AND NOT (c.port >= 32768 AND c.client_port_high BETWEEN 1 AND 32767 AND c.client_port_low = c.client_port_high)
  AND (c.protocol IN (${PROTOCOL.tcp}, ${PROTOCOL.udp}, ${PROTOCOL.sctp})
    OR (c.protocol = ${PROTOCOL.icmp} AND c.port = 2048) OR (c.protocol = ${PROTOCOL.icmp6} AND c.port = 32768))`;

const IN_WINDOW = `c.hour >= ${BEGIN} AND c.hour < ${END}`;

/** A SYN is 40 to 74 bytes, and all that a client sends which gets no answer: more was a conversation, of which one way was seen. */
const MOST_SYN_BYTES = 100;

/**
 * Who tried what, one row per target (server, protocol, port) of every client that failed at several: `answered`;
 * `failed`; or neither, where the service answered nobody in the window and somebody before (an outage is the server's
 * trouble), where nothing but the lower port number says who asked (level 6), or where it was a conversation of which
 * one direction was seen. `active`: the hours with traffic; their number, and that of `days`; `first` and `last` seen.
 */
const CONTACTS_SQL = `
SELECT scope, client, server, protocol, port, attempts, answered, first, last, hours, days, active,
  NOT answered AND NOT guessed AND NOT one_way AND (closed
    OR cityHash64(scope, server, protocol, port) IN (${answering(BEGIN, END)})
    OR cityHash64(scope, server, protocol, port) NOT IN (${answering(KNOWN_SINCE, BEGIN)})) AS failed
FROM (
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.protocol AS protocol, c.port AS port,
    sum(c.connections) AS attempts, sum(c.established) > 0 AS answered, sum(c.denied) + sum(c.refused) > 0 AS closed,
    protocol = ${PROTOCOL.tcp} AND sum(c.client_bytes) > ${MOST_SYN_BYTES} * sum(c.client_packets) AS one_way,
    min(c.first_seen) AS first, max(c.last_seen) AS last, uniqExact(c.hour) AS hours, uniqExact(toDate(c.hour)) AS days, groupUniqArray(c.hour) AS active,
    min(c.direction) = 6 AS guessed
  FROM current_conversations AS c
  WHERE ${IN_WINDOW} AND ${TELLING} AND (c.scope, c.client) IN (
    SELECT c.scope, c.client FROM current_conversations AS c WHERE ${IN_WINDOW} AND ${TELLING}
    GROUP BY c.scope, c.client
    HAVING uniqCombined(c.server, c.protocol, c.port) >=
      uniqCombinedIf((c.server, c.protocol, c.port), c.established > 0) + ${LEAST_UNANSWERED}
  )
  GROUP BY scope, client, server, protocol, port
  LIMIT ${MOST_CONTACTS} BY scope, client
)
${SPILL}`;

/** Lets `use` ask the table of contacts, which is gone afterwards. */
export async function withContacts<T>(
  store: Store,
  { from, to }: Window,
  use: (table: string) => Promise<T>,
): Promise<T> {
  const table = `noise_contacts_${randomUUID().replaceAll('-', '')}`;
  try {
    await store.command(
      `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY (scope, client, server, protocol, port) AS ${CONTACTS_SQL}`,
      { from, to },
    );
    return await use(table);
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}
