import { formatAddress, formatPrefix, isV4, parseAddress, prefixOf } from '../../../../ingest/kernel/ip';
import { messageOf } from '../../../../ingest/kernel/errors';
import type { WorkloadType } from '../../../model/workload';

/** What a cell of addresses holds. */
export interface AddressCell {
  /** Canonical text. */
  readonly addresses: readonly string[];
  /** Canonical prefixes. */
  readonly networks: readonly string[];
  readonly problems: readonly string[];
}

const MOST_ADDRESSES = 256;

/**
 * Several addresses may share a cell, apart by blanks, commas, semicolons or bars. `10.0.0.1/24` is a host with the length
 * of its network, as address registers write it; `10.0.0.0/24` is a network. Both ends of a point-to-point link are
 * hosts (RFC 3021, RFC 6164), so a /31 and a /127 are never networks.
 */
export function parseAddressCell(cell: string): AddressCell {
  const addresses = new Set<string>();
  const networks = new Set<string>();
  const problems: string[] = [];
  const words = cell.split(/[\s,;|]+/).filter((word) => word !== '');
  if (words.length > MOST_ADDRESSES) problems.push(`more than ${MOST_ADDRESSES} addresses in one cell`);
  for (const word of words.slice(0, MOST_ADDRESSES)) {
    try {
      const { text, network } = parseWord(word);
      (network ? networks : addresses).add(text);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { addresses: [...addresses], networks: [...networks], problems };
}

function parseWord(word: string): { text: string; network: boolean } {
  const [host = '', digits] = word.split('/', 2);
  const address = parseAddress(host);
  if (digits === undefined) return { text: formatAddress(address), network: false };
  const family = isV4(address) && !host.includes(':') ? 32 : 128;
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(length <= family)) throw new Error(`"${word}" has no prefix length between 0 and ${family}`);
  const prefix = prefixOf(address, length + 128 - family);
  return prefix.base === address && length < family - 1
    ? { text: formatPrefix(prefix), network: true }
    : { text: formatAddress(address), network: false };
}

const EXACT: readonly WorkloadType[] = ['host', 'pod', 'vip', 'appliance', 'network'];
const VIRTUAL = /load.?balancer|virtual.?(ip|server)|\b(vip|vrrp|carp|hsrp|glbp|anycast)\b/;
const FORWARDING = /firewall|router|switch|gateway|appliance/;

/** What a register's class or type comes to; undefined where it says nothing of ours (`Dell R640`). */
export function parseType(cell: string): WorkloadType | undefined {
  const text = cell.toLowerCase();
  if (VIRTUAL.test(text)) return 'vip';
  return EXACT.find((type) => type === text) ?? (FORWARDING.test(text) ? 'appliance' : undefined);
}
