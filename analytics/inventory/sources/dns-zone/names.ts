import { addressFromBytes, formatAddress, parseAddress } from '../../../../ingest/kernel/ip';
import { messageOf } from '../../../../ingest/kernel/errors';
import type { Claim } from '../../source';
import type { ZoneRecord } from './records';

/** An alias of an alias of an alias: resolvers give up at some ten. */
const MOST_HOPS = 8;
const LONGEST_LABEL = 256;
const PROTOCOLS: Readonly<Record<string, number>> = { _tcp: 6, _udp: 17, _sctp: 132 };

type Listens = NonNullable<Claim['listens']>;
type Reject = (where: string, message: string) => void;

/**
 * Claims of records: every address is named once. A reverse entry names it best; then a name that is this address' alone, then
 * one of several addresses (a round robin), whose other names are aliases. SRV records say what a name listens on.
 */
export function claimsOf(records: readonly ZoneRecord[], scope: string, reject: Reject): Claim[] {
  const forward = new Map<string, Set<string>>();
  const reverse = new Map<string, string>();
  for (const record of records) {
    try {
      const { owner, type, data } = record;
      const target = data.at(-1) ?? '';
      if (type === 'PTR') reverse.set(formatAddress(reverseAddress(owner)), target);
      else if ((type === 'A' || type === 'AAAA') && !owner.startsWith('*')) {
        add(forward, formatAddress(parseAddress(target)), owner);
      }
    } catch (error) {
      reject(record.where, messageOf(error));
    }
  }
  const sizes = new Map<string, number>();
  for (const [address, names] of forward) {
    for (const name of names) sizes.set(familyOf(address, name), (sizes.get(familyOf(address, name)) ?? 0) + 1);
  }

  const aliases = aliasesOf(records);
  const listens = listensOf(records);
  const claims = new Map<string, { addresses: string[]; others: Set<string> }>();
  for (const address of new Set([...forward.keys(), ...reverse.keys()])) {
    const names = [...(forward.get(address) ?? [])];
    const alone = names.find((name) => sizes.get(familyOf(address, name)) === 1);
    const name = reverse.get(address) ?? alone ?? names[0] ?? address;
    const claim = claims.get(name) ?? { addresses: [], others: new Set<string>() };
    claims.set(name, claim);
    claim.addresses.push(address);
    for (const other of [...names, ...[name, ...names].flatMap((name) => aliases.get(name) ?? [])]) {
      if (other !== name) claim.others.add(other);
    }
  }
  return [...claims].map(([name, { addresses, others }]): Claim => {
    const offered = listens.get(name);
    return {
      key: name,
      name,
      type: 'host',
      addresses: addresses.map((address) => ({ address, scope })),
      labels: others.size > 0 ? { aliases: [...others].sort().join(', ').slice(0, LONGEST_LABEL) } : {},
      ...(offered && { listens: offered }),
    };
  });
}

/** By the name at the end of a chain of CNAMEs, the names that lead there. */
function aliasesOf(records: readonly ZoneRecord[]): Map<string, string[]> {
  const targets = new Map(
    records.filter(({ type }) => type === 'CNAME').map(({ owner, data }) => [owner, data.at(-1) ?? '']),
  );
  const aliases = new Map<string, string[]>();
  for (const alias of targets.keys()) {
    let name = alias;
    for (let hop = 0; hop < MOST_HOPS && targets.has(name); hop++) name = targets.get(name) ?? name;
    aliases.set(name, [...(aliases.get(name) ?? []), alias]);
  }
  return aliases;
}

/** `_ldap._tcp.example.com SRV 0 100 389 dc1.example.com` (RFC 2782). */
function listensOf(records: readonly ZoneRecord[]): Map<string, Listens> {
  const listens = new Map<string, Map<string, Listens[number]>>();
  for (const { owner, type, data } of records) {
    if (type !== 'SRV') continue;
    const [, , port = '', target = ''] = data;
    const [service = '', transport = ''] = owner.split('.');
    const protocol = PROTOCOLS[transport];
    // A target that is the root says that the service is not offered.
    if (protocol === undefined || target === '' || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) continue;
    const found = listens.get(target) ?? new Map<string, Listens[number]>();
    listens.set(target, found.set(`${protocol} ${port}`, { protocol, port: Number(port), name: service.slice(1) }));
  }
  return new Map([...listens].map(([name, found]) => [name, [...found.values()]]));
}

/** `7.1.0.10.in-addr.arpa`, `7.0/25.1.0.10.in-addr.arpa` (RFC 2317), 32 nibbles of `ip6.arpa`. */
function reverseAddress(owner: string): bigint {
  const v4 = /^(.+)\.in-addr\.arpa$/.exec(owner)?.[1]?.split('.');
  if (v4 && (v4.length === 4 || v4.length === 5)) return parseAddress([...v4.slice(-3).reverse(), v4[0]].join('.'));
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(owner)?.[1]?.split('.');
  if (v6) return addressFromBytes(Buffer.from(v6.reverse().join(''), 'hex'));
  throw new Error(`"${owner.slice(0, 80)}" is not the reverse of an address`);
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

function familyOf(address: string, name: string): string {
  return `${address.includes(':') ? 6 : 4} ${name}`;
}
