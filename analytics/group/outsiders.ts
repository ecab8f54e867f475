import { formatPrefix, parseAddress, parsePrefix, prefixOf } from '../../ingest/kernel/ip';
import { groupBy } from '../graph/group-by';
import { broadcastOf, neighbourhood, PRIVATE_NETWORKS, within } from '../inventory/networks';
import type { GroupKind } from '../model/topology';
import type { Workload } from '../model/workload';
import type { Evidence } from './evidence';

/** Workloads that nobody manages, as rules would name them. */
export interface Outsiders {
  readonly kind: Extract<GroupKind, 'external' | 'unknown'>;
  readonly name: string;
  /** Ascending. */
  readonly workloads: readonly number[];
  readonly reason: string;
}

const PRIVATE = PRIVATE_NETWORKS.map(parsePrefix);
const SILENT = 'not in the inventory, never seen to ask or to answer anyone: perhaps nobody is there';

interface Outsider extends Omit<Outsiders, 'workloads'> {
  readonly number: number;
}

/**
 * Named networks are groups of their own; what has no name is the Internet, a private network elsewhere, or, inside the
 * estate, users, clients, unknown hosts and silent addresses by subnet.
 *
 * @param taken workloads that have a group already
 */
export function groupOutsiders({ workloads, uses }: Evidence, taken: ReadonlySet<number>): Outsiders[] {
  const asking = new Map<number, number>();
  const asked = new Map<number, number>();
  const askedInVain = new Map<number, number>();
  for (const { client, server, answered } of uses) {
    asking.set(client, (asking.get(client) ?? 0) + 1);
    // Who was asked in vain, as by whoever polls a range, serves nothing; perhaps nobody is there.
    const of = answered ? asked : askedInVain;
    of.set(server, (of.get(server) ?? 0) + 1);
  }
  const open = [...workloads.entries()].filter(([number, { kind }]) => kind !== 'managed' && !taken.has(number));
  const placed = open.map(([number, workload]): Outsider => ({
    number,
    ...placeOutside(workload, asked.get(number) ?? 0, asking.get(number) ?? 0),
  }));
  return [...groupBy(placed, ({ kind, name }) => `${kind} ${name}`).values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const numbers = members.map(({ number }) => number);
    const count = (of: ReadonlyMap<number, number>) => numbers.reduce((sum, number) => sum + (of.get(number) ?? 0), 0);
    const addresses = numbers.reduce((sum, number) => sum + (workloads[number]?.addresses.length ?? 0), 0);
    const seen = addresses === 0 ? '' : `${plural(addresses, 'address', 'addresses')}, `;
    const traffic =
      first.reason === SILENT
        ? `${plural(count(askedInVain), 'use', 'uses')} by others${count(askedInVain) > 0 ? ', all in vain' : ''}${broadcastText(members, workloads)}`
        : `${plural(count(asking), 'use', 'uses')} of others, ${plural(count(asked), 'use', 'uses')} by others`;
    return [{ kind: first.kind, name: first.name, reason: `${first.reason}; ${seen}${traffic}`, workloads: numbers }];
  });
}

/** @param asked uses of it by others @param asking uses of others by it */
function placeOutside(workload: Workload, asked: number, asking: number): Omit<Outsiders, 'workloads'> {
  const { kind, name, type, addresses, users = [] } = workload;
  const [address] = addresses;
  const parsed = address === undefined ? undefined : parseAddress(address);
  const subnet = parsed === undefined ? undefined : formatPrefix(prefixOf(parsed, neighbourhood(parsed)));
  if (kind === 'external') {
    if (type === 'network') return { kind, name, reason: 'a network that the inventory names' };
    // Without a name of its own, an external workload is called by its network or by one of its addresses.
    if (parsed === undefined || (name !== subnet && !addresses.includes(name)))
      return { kind, name, reason: 'outside the estate, with a name of its own' };
    return within(PRIVATE, parsed)
      ? { kind, name: 'private networks elsewhere', reason: 'private addresses outside the networks of the estate' }
      : { kind, name: 'internet', reason: 'public addresses outside the networks of the estate' };
  }
  const where = subnet === undefined ? '' : ` in ${subnet}`;
  // A workstation answers whoever looks after it, and a server may be logged on elsewhere by an account of its own.
  if (users.length > 0 && asked <= asking)
    return { kind: 'unknown', name: `users${where}`, reason: 'not in the inventory, and people are logged on there' };
  if (asked > 0)
    return { kind: 'unknown', name: `unknown hosts${where}`, reason: 'inside the estate but not in the inventory' };
  if (asking > 0)
    return { kind: 'unknown', name: `clients${where}`, reason: 'not in the inventory, never seen to serve anyone' };
  return { kind: 'unknown', name: `silent addresses${where}`, reason: SILENT };
}

/** An inventory that does not name the network cannot tell its broadcast address from a host that is switched off. */
function broadcastText(silent: readonly Outsider[], workloads: readonly Workload[]): string {
  const last = silent.filter(({ number }) => workloads[number]?.addresses.some(isLastOfNeighbourhood)).length;
  return last === 0 ? '' : `; ${last} of them at the end of the network, as its broadcast address is`;
}

function isLastOfNeighbourhood(text: string): boolean {
  const address = parseAddress(text);
  return broadcastOf(prefixOf(address, neighbourhood(address))) === address;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
