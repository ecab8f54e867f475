import { PROTOCOL } from '../../../ingest/kernel/port';
import { addressText } from '../../conversations/read';
import { actorWords, involved, type Actor } from '../cast';
import type { Detector, Scene } from '../detector';
import { filterText } from '../filter-text';
import type { Detection } from '../finding';
import { noveltyOf } from '../habits';
import { Excuses, outcomeOf } from '../outcome';
import { plural } from '../words';
import { ADMINISTRATORS } from './administration';

/** IANA's dynamic range, which Windows hands RPC endpoints out of (RFC 6335 section 6). */
const FIRST_DYNAMIC = 49_152;
const SMB = [139, 445];
const MAPPER = 135;
const SHELL = [5985, 5986];
const MOST_ROWS = 5_000;

interface Row {
  readonly scope: string;
  readonly client: string;
  readonly server: string;
  readonly hour: number;
  readonly first: number;
  readonly last: number;
  readonly ports: readonly number[];
  readonly shell: 0 | 1;
  /** Days between the first time the pair did the same before the window, if it did, and the window. */
  readonly earlier: number;
}

const IS_PART = `c.protocol = ${PROTOCOL.tcp} AND c.established > 0 AND c.direction < 6
  AND (c.port IN (${[...SMB, MAPPER, ...SHELL].join(', ')}) OR c.port >= ${FIRST_DYNAMIC})`;

/** Pairs of addresses that within one hour used a share, the endpoint mapper, and what that hands out or a shell. */
const chains = (when: string) => `
  SELECT c.scope AS scope, c.client AS client, c.server AS server, c.hour AS hour, min(c.first_seen) AS first_, max(c.last_seen) AS last_,
    arraySort(groupUniqArray(20)(c.port)) AS ports_, countIf(c.port IN (${SHELL.join(', ')})) > 0 AS shell_
  FROM current_conversations AS c
  WHERE ${when} AND ${IS_PART}
  GROUP BY scope, client, server, hour
  HAVING countIf(c.port IN (${SMB.join(', ')})) > 0 AND countIf(c.port = ${MAPPER}) > 0
    AND (shell_ OR countIf(c.port >= ${FIRST_DYNAMIC}) > 0)`;

const CHAINS_SQL = `
SELECT n.scope AS scope, ${addressText('n.client')} AS client, ${addressText('n.server')} AS server,
  toUnixTimestamp(n.hour) AS hour, toUnixTimestamp(n.first_) AS first, toUnixTimestamp(n.last_) AS last, n.ports_ AS ports, n.shell_ AS shell,
  toUnixTimestamp(b.earlier) AS earlier
FROM (${chains('c.hour >= toDateTime({from:UInt32}) AND c.hour < toDateTime({to:UInt32})')}) AS n
LEFT JOIN (
  SELECT scope, client, server, min(hour) AS earlier FROM (${chains('c.hour < toDateTime({from:UInt32})')}) GROUP BY scope, client, server
) AS b ON b.scope = n.scope AND b.client = n.client AND b.server = n.server
ORDER BY n.hour, n.scope, n.client, n.server LIMIT ${MOST_ROWS}`;

/**
 * How programs are run on another Windows computer, as PsExec and its kin do it: a file to a share, then the service
 * control manager by way of the endpoint mapper (MS-SCMR 2.1), or a remote shell. Directories talk so with everybody;
 * between others it is somebody's doing, with or without history to compare it with.
 */
export const remoteExecution: Detector = {
  name: 'remote-execution',
  async detect(scene) {
    const rows = await scene.store.query<Row>(CHAINS_SQL, { ...scene.window });
    const excuses = new Excuses();
    const found = new Map<string, Detection>();
    for (const row of rows) {
      const client = scene.cast.who(row.scope, row.client, row.first);
      const server = scene.cast.who(row.scope, row.server, row.first);
      if (!client || !server || client.workload === server.workload) continue;
      const excuse = excuseOf(client, server, row);
      if (excuse !== null) {
        excuses.add(excuse);
        continue;
      }
      const key = `${client.workload} ${server.workload}`;
      const known = found.get(key);
      const detection = detectionOf(row, { client, server }, scene);
      found.set(
        key,
        known ? { ...known, seen: { from: known.seen.from, to: Math.max(known.seen.to, row.last) } } : detection,
      );
    }
    return outcomeOf([...found.values()], excuses);
  },
};

function excuseOf(client: Actor, server: Actor, { earlier }: Row): string | null {
  const professional = ADMINISTRATORS.find((duty) => client.duties.has(duty));
  if (professional) return `remote control by ${professional}, whose job it is`;
  if (server.duties.has('directory')) return 'shares and RPC of a directory, which all its members use';
  if (client.duties.has('directory')) return 'a directory reaching its members';
  if (earlier > 0) return 'the pair did the same before the window: a habit';
  return null;
}

function detectionOf(
  row: Row,
  { client, server }: { readonly client: Actor; readonly server: Actor },
  { since, jewels }: Scene,
): Detection {
  const { scope, first, last, ports, shell } = row;
  const days = Math.max(0, row.hour - since) / 86_400;
  const jewel = jewels.get(server.workload);
  const dynamic = ports.filter((port) => port >= FIRST_DYNAMIC);
  return {
    kind: 'remote-execution',
    key: [client.workload, server.workload],
    words: `${actorWords(client)} reached ${actorWords(server)} as remote execution does: share, RPC and ${shell ? 'a remote shell' : 'service control'}`,
    workloads: [involved(client, 'source'), involved(server, 'target')],
    seen: { from: first, to: last },
    severity: 'high',
    severityReason: jewel
      ? `programs can be run on a crown jewel (${jewel.reason})`
      : 'whoever can do this runs programs there',
    confidence: Math.max(0.5, noveltyOf(days)),
    confidenceReason:
      days < 1
        ? 'the pattern alone: there is no day of conversations before it to compare with'
        : `the pair never did it in ${days.toFixed(1)} days`,
    evidence: [
      `within one hour it was answered on ports ${ports.join(', ')}`,
      `${plural(dynamic.length, 'port')} of the dynamic range, which the endpoint mapper on ${MAPPER} hands out`,
      'neither end is a directory, a jump host or another machine that administers by profession',
    ],
    filter: filterText(
      { scope, client: client.address, server: server.address },
      `(port in (${[...SMB, MAPPER, ...SHELL].join(', ')}) or port >= ${FIRST_DYNAMIC})`,
    ),
    technique: { id: 'T1021.002', name: 'Remote Services: SMB/Windows Admin Shares' },
    response: `Quarantine ${client.name} and look at what was started on ${server.name} around then: services, scheduled tasks, WMI subscriptions.`,
  };
}
