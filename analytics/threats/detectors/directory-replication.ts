import { PROTOCOL } from '../../../ingest/kernel/port';
import { addressText } from '../../conversations/read';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector } from '../detector';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { noveltyOf } from '../habits';
import { Excuses, outcomeOf, unjudged } from '../outcome';
import { volume } from '../words';

/** IANA's dynamic range, which Windows hands RPC endpoints out of (RFC 6335 section 6). */
const FIRST_DYNAMIC = 49_152;
const KERBEROS = 88;
/** Logging on and looking names up takes kilobytes; the accounts of a few thousand people take tens of megabytes. */
const LEAST_BYTES = 10_000_000;
/** As for volumes. */
const LEAST_GROWTH = 2;
const LEAST_DAYS = 1;
const MOST_ROWS = 1_000;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** By one that is no directory, in one hour before the window. */
  readonly most: number;
}

const BEGIN = 'toDateTime({from:UInt32})';
const END = 'toDateTime({to:UInt32})';
/** Who answers Kerberos is a directory. */
const DIRECTORIES = `SELECT k.scope, k.server FROM current_conversations AS k WHERE k.hour < ${END} AND k.port = ${KERBEROS} AND k.established > 0 AND k.direction < 6`;
const IS_RPC = `c.protocol = ${PROTOCOL.tcp} AND c.port >= ${FIRST_DYNAMIC} AND c.established > 0 AND c.direction < 6
  AND (c.scope, c.server) IN (${DIRECTORIES}) AND (c.scope, c.client) NOT IN (${DIRECTORIES})`;
const hourly = (when: string) => `
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.hour AS hour, sum(c.client_bytes) + sum(c.server_bytes) AS bytes_,
    min(c.first_seen) AS first_, max(c.last_seen) AS last_
  FROM current_conversations AS c WHERE ${when} AND ${IS_RPC} GROUP BY scope, client, server, hour`;

const MOVED_SQL = `
SELECT n.scope AS scope, ${addressText('n.client')} AS client, ${addressText('n.server')} AS server,
  toUnixTimestamp(n.first_) AS first, toUnixTimestamp(n.last_) AS last, toFloat64(n.bytes_) AS bytes, toFloat64(b.most) AS most
FROM (${hourly(`c.hour >= ${BEGIN} AND c.hour < ${END}`)} HAVING bytes_ >= ${LEAST_BYTES}) AS n
LEFT JOIN (SELECT scope, max(bytes_) AS most FROM (${hourly(`c.hour < ${BEGIN}`)}) GROUP BY scope) AS b ON b.scope = n.scope
ORDER BY n.bytes_ DESC, n.scope, n.client, n.server, n.hour LIMIT ${MOST_ROWS}`;

/**
 * Accounts are copied by what is no directory. Replication takes the same ports as what every member asks its directory
 * (MS-DRSR over the endpoint mapper), so that only how much it is can tell; one account alone is not seen so.
 */
export const directoryReplication: Detector = {
  name: 'directory-replication',
  async detect({ store, window, since, cast }) {
    const days = (window.from - since) / 86_400;
    if (days < LEAST_DAYS)
      return unjudged('there is less than a day of conversations before the window to compare with');
    const excuses = new Excuses();
    const found = new Map<string, Detection>();
    for (const row of await store.query<Row>(MOVED_SQL, { ...window })) {
      const client = cast.who(row.scope, row.client, row.first);
      const server = cast.who(row.scope, row.server, row.first);
      if (!client || !server || client.workload === server.workload) continue;
      const key = `${client.workload} ${server.workload}`;
      if (client.duties.has('directory')) excuses.add('directories, which replicate with each other');
      else if (client.duties.has('backup')) excuses.add('backups, which copy a directory whole');
      else if (row.bytes < LEAST_GROWTH * row.most) excuses.add('as much as members moved with a directory before');
      else if (!found.has(key)) found.set(key, detectionOf(row, { client, server }, days));
    }
    return outcomeOf([...found.values()], excuses);
  },
};

function detectionOf(
  { scope, first, last, bytes, most }: Row,
  { client, server }: { readonly client: Actor; readonly server: Actor },
  days: number,
): Detection {
  return {
    kind: 'directory-replication',
    key: [client.workload, server.workload, Math.floor(first / 86_400)],
    words: `${actorWords(client)} moved ${volume(bytes)} by RPC with ${actorWords(server)}, as replicas do, and is none`,
    workloads: [involved(client, 'source'), involved(server, 'target')],
    seen: { from: first, to: last },
    severity: 'high',
    severityReason: 'who has a copy of the accounts can be any of them',
    confidence: noveltyOf(days),
    confidenceReason: `in ${days.toFixed(0)} days no member moved more than ${volume(most)} within an hour`,
    evidence: [
      `${volume(bytes)} within an hour on ports from ${FIRST_DYNAMIC}, which the endpoint mapper hands out`,
      `${server.name} answers Kerberos, and ${client.name} does not`,
    ],
    filter: filterText({ scope, client: client.address, server: server.address }, `port >= ${FIRST_DYNAMIC}`),
    technique: { id: 'T1003.006', name: 'OS Credential Dumping: DCSync' },
    response: `See in the security log of ${server.name} who asked for replication (event 4662); if it was no directory, quarantine ${client.name} and reset the krbtgt account twice.`,
  };
}
