import { parseAddress } from '../../../../ingest/kernel/ip';
import { get, isObject, textOf, valuesAt } from './path';

/** Variables and facts that hold a host's addresses. */
const ADDRESSES = [
  'ansible_host',
  'ansible_ssh_host',
  'ansible_default_ipv4.address',
  'ansible_default_ipv6.address',
  'ansible_all_ipv4_addresses',
  'ansible_all_ipv6_addresses',
  'ansible_facts.all_ipv4_addresses',
  'ansible_facts.all_ipv6_addresses',
];

/** How to log on, and facts by the hundred: nothing to tell workloads apart by. */
const NOT_LABELS = /^(ansible_|inventory_|group_names$|groups$|omit$|playbook_dir$)/;

/** Hosts of `ansible-inventory --list` as records, with the groups each is in; undefined where it is something else. */
export function ansibleRecords(json: unknown): Record<string, unknown>[] | undefined {
  const hostvars = get(get(json, '_meta'), 'hostvars');
  if (!isObject(hostvars)) return undefined;
  const groups = groupsOf(json);
  return Object.entries(hostvars).map(([host, variables]) => {
    const addresses = [host, ...ADDRESSES.flatMap((path) => valuesAt(variables, path)).flat()].filter(isAddress);
    const labels = Object.entries(isObject(variables) ? variables : {}).filter(([key]) => !NOT_LABELS.test(key));
    return {
      ...Object.fromEntries(labels.map(([key, value]) => [key, isObject(value) ? '' : textOf(value)])),
      name: host,
      address: addresses,
      groups: (groups.get(host) ?? []).sort(),
    };
  });
}

function groupsOf(json: unknown): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [group, members] of Object.entries(isObject(json) ? json : {})) {
    const hosts = get(members, 'hosts');
    for (const host of Array.isArray(hosts) ? hosts : []) {
      if (typeof host === 'string') groups.set(host, [...(groups.get(host) ?? []), group]);
    }
  }
  return groups;
}

/** `ansible_host` is as often a name, which says nothing that the host's own name does not. */
function isAddress(value: unknown): boolean {
  try {
    return typeof value === 'string' && parseAddress(value) >= 0n;
  } catch {
    return false;
  }
}
