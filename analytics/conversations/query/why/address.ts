import { serviceName } from '../../../services';
import type { ListDeps } from '../list';
import { askedName } from '../name';
import { offeredServices, type Offered } from '../offered';
import { serviceOf } from '../service';
import type { Finding } from './finding';
import { listenersOf, listenerText, type Listener } from './listeners';
import { belongings } from './owners';
import { between, counted, listed } from './wording';

export interface AddressAnswer {
  readonly address: string;
  readonly findings: readonly Finding[];
  readonly listeners: readonly Listener[];
  readonly serves: readonly Offered[];
}

const MOST_SERVED = 200;

/** Why an address is the server: its lines in the ledger of listeners, and the conversations in which it was one. */
export async function whyAddress(
  address: string,
  { from = 0, to = 0xffff_ffff }: { readonly from?: number | undefined; readonly to?: number | undefined },
  { store, identity }: ListDeps,
): Promise<AddressAnswer> {
  const listeners = await listenersOf(store, { address }, undefined);
  const serves = await offeredServices(store, { from, to }, { server: address, limit: MOST_SERVED });
  const owners = await identity.ownershipsOf([address], from, to);
  const findings: Finding[] = [
    {
      topic: 'owners',
      text: owners.length === 0 ? `nobody is known behind ${address}` : `${address} ${listed(belongings(owners))}`,
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

function servedText({ scope, protocol, port, clients, connections, established, ...row }: Offered): string {
  const asked = askedName(protocol, port);
  const name = serviceName(serviceOf(protocol, port));
  return (
    `served ${asked}${name === asked ? '' : ` (${name})`}${within(scope)} to ${counted(clients, 'client')}: ` +
    `${counted(connections, 'connection')}, ${established.toLocaleString('en-US')} established, ${between(row.firstSeen, row.lastSeen)}, ` +
    `direction level ${row.direction} at confidence ${row.confidence}`
  );
}
