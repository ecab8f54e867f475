import { contains, formatPrefix, parseAddress, parsePrefix, prefixOf } from '../../ingest/kernel/ip';
import { groupBy } from '../graph/components';
import { neighbourhood } from '../inventory/networks';
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

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291. */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
].map(parsePrefix);
/** @param taken workloads that have a group already */
export function groupOutsiders({ workloads, uses }: Evidence, taken: ReadonlySet<number>): Outsiders[] {
  const servers = new Set(uses.map(({ server }) => server));
  const open = [...workloads.entries()].filter(([number, { kind }]) => kind !== 'managed' && !taken.has(number));
  const placed = open.map(([number, workload]) => ({ number, ...placeOutside(workload, servers.has(number)) }));
  return [...groupBy(placed, ({ kind, name }) => `${kind} ${name}`).values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    return [
      { kind: first.kind, name: first.name, reason: first.reason, workloads: members.map(({ number }) => number) },
    ];
  });
}

function placeOutside({ kind, name, addresses }: Workload, serves: boolean): Omit<Outsiders, 'workloads'> {
  const [address] = addresses;
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (kind === 'external') {
    // Without a name of its own, an external workload is called by its network.
    if (parsed === undefined || name !== formatPrefix(prefixOf(parsed, neighbourhood(parsed))))
      return { kind, name, reason: 'outside the estate, with a name of its own' };
    return PRIVATE.some((prefix) => contains(prefix, parsed))
      ? {
          kind,
          name: 'private networks elsewhere',
          reason: 'with private addresses outside the networks of the estate',
        }
      : { kind, name: 'internet', reason: 'with public addresses outside the networks of the estate' };
  }
  const who = serves ? 'unknown hosts' : 'clients';
  const reason = serves
    ? 'inside the estate but not in the inventory'
    : 'not in the inventory, never seen to serve anyone';
  if (parsed === undefined) return { kind: 'unknown', name: who, reason };
  const subnet = formatPrefix(prefixOf(parsed, neighbourhood(parsed)));
  return { kind: 'unknown', name: `${who} in ${subnet}`, reason };
}
