import { formatTime } from '../../../../ingest/kernel/time';
import { serviceName } from '../../../services';
import type { DirectionLevel } from '../../../model/conversation';
import type { ListDeps } from '../list';
import { askedName } from '../name';
import { serviceOf } from '../service';
import type { Finding } from './finding';
import { listenersOf, listenerText, type Listener } from './listeners';
import { between, counted, listed } from './wording';

/** What an address serves, to whom, and on what evidence. Times are epoch seconds. */
interface Served {
  readonly scope: string;
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

export interface AddressAnswer {
  readonly address: string;
  readonly findings: readonly Finding[];
  readonly listeners: readonly Listener[];
  readonly serves: readonly Served[];
}

const MOST_SERVED = 200;

/** Why an address is the server: its lines in the ledger of listeners, and the conversations in which it was one. */
export async function whyAddress(
  address: string,
  { from = 0, to = 0xffff_ffff }: { readonly from?: number | undefined; readonly to?: number | undefined },
  { store, identity }: ListDeps,
): Promise<AddressAnswer> {
  const listeners = await listenersOf(store, { address }, undefined);
  const serves = await store.query<Served>(
    `SELECT c.scope AS scope, c.protocol AS protocol, c.port AS port, uniqExact(c.client) AS clients,
       sum(c.connections) AS connections, sum(c.established) AS established, min(c.direction) AS direction,
       round(argMin(c.confidence, (c.direction, -c.confidence)), 3) AS confidence,
       toUnixTimestamp(min(c.first_seen)) AS firstSeen, toUnixTimestamp(max(c.last_seen)) AS lastSeen
     FROM (
       SELECT * FROM current_conversations
       WHERE hour >= toDateTime({from:UInt32}) AND hour < toDateTime({to:UInt32}) AND server = {address:IPv6}
     ) AS c
     GROUP BY c.scope, c.protocol, c.port ORDER BY connections DESC, protocol, port, scope LIMIT ${MOST_SERVED}`,
    { from, to, address },
  );
  const owners = await identity.ownershipsOf([address], from, to);
  const findings: Finding[] = [
    {
      topic: 'owners',
      text:
        owners.length === 0
          ? `nobody is known behind ${address}`
          : `${address} was ${listed(owners.map(({ name, since }) => (since === undefined ? `${name}'s` : `${name}'s from ${formatTime(since / 1000)}`)))}`,
      evidence: owners,
    },
    ...listeners.map((line) => ({
      topic: 'listeners',
      text: `known to listen on ${askedName(line.protocol, line.port)}${within(line.scope)}: ${listenerText(line)}`,
      evidence: line,
    })),
    ...serves.map((row) => ({ topic: 'serves', text: servedText(row), evidence: row })),
  ];
  if (listeners.length === 0 && serves.length === 0)
    findings.push({
      topic: 'serves',
      text: 'it is the server of no conversation in that window, and not known to listen',
    });
  return { address, findings, listeners, serves };
}

function within(scope: string): string {
  return scope === '' ? '' : ` in ${scope}`;
}

function servedText({ scope, protocol, port, clients, connections, established, ...row }: Served): string {
  const asked = askedName(protocol, port);
  const name = serviceName(serviceOf(protocol, port));
  return (
    `served ${asked}${name === asked ? '' : ` (${name})`}${within(scope)} to ${counted(clients, 'client')}: ` +
    `${counted(connections, 'connection')}, ${established.toLocaleString('en-US')} established, ${between(row.firstSeen, row.lastSeen)}, ` +
    `direction level ${row.direction} at confidence ${row.confidence}`
  );
}
