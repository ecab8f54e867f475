import { contains, isV4, lastOf, parsePrefix, type Prefix } from '../../ingest/kernel/ip';

/** Private and shared address space (RFC 1918, 4193, 6598): the estate, unless the configuration says otherwise. */
export const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'] as const;

/** Multicast, broadcast, loopback, link-local and unspecified addresses: nobody's workload. */
export const NOT_HOSTS: readonly Prefix[] = [
  '224.0.0.0/4',
  '255.255.255.255/32',
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'ff00::/8',
  'fe80::/10',
  '::/127',
].map(parsePrefix);

export function isHost(address: bigint): boolean {
  return !NOT_HOSTS.some((prefix) => contains(prefix, address));
}

/** The network an unknown or external address is shown under: its /24 or /64. */
export function neighbourhood(address: bigint): number {
  return isV4(address) ? 120 : 64;
}

export function within(networks: readonly Prefix[], address: bigint): boolean {
  return networks.some((prefix) => contains(prefix, address));
}

/** The smallest network with a broadcast address is a /30. */
const LONGEST_WITH_BROADCAST = 96 + 30;

/** The directed broadcast address of an IPv4 network (RFC 919), undefined where it has none. */
export function broadcastOf({ base, length }: Prefix): bigint | undefined {
  return isV4(base) && length <= LONGEST_WITH_BROADCAST ? lastOf({ base, length }) : undefined;
}
