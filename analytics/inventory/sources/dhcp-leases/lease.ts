import { formatAddress, parseAddress } from '../../../../ingest/kernel/ip';
import type { Claim, Span } from '../../source';

/** A lease as a server's file has it. */
export interface Lease extends Span {
  /** Canonical text. */
  readonly address: string;
  /** Whose it is: `aa:bb:cc:dd:ee:ff`, or a client id or DUID where there is no hardware address. */
  readonly client: string;
  /** '' where the client gave none. */
  readonly hostname: string;
}

/** What can be told of a file while it is read. */
export interface LeaseReader {
  reject(where: string, message: string): void;
  note(note: string): void;
}

/** One server's format: whether a text is of it, and its leases in the order in which they were given. */
export interface LeaseFormat {
  recognise(text: string): boolean;
  read(text: string, reader: LeaseReader): Lease[];
}

/** The longest that any server writes: a DUID has at most 130 octets (RFC 8415, section 11.1). */
const LONGEST_FIELD = 512;

/** @throws WayleaveError `bad-address`; Error where a field is too long */
export function leaseOf(address: string, client: string, hostname: string, { since, until }: Span): Lease {
  if (client.length > LONGEST_FIELD || hostname.length > LONGEST_FIELD) {
    throw new Error(`a client or host name is longer than ${LONGEST_FIELD} characters`);
  }
  return {
    address: formatAddress(parseAddress(address)),
    client: client.toLowerCase(),
    hostname: hostname.toLowerCase().replace(/\.$/, ''),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/**
 * Claims of leases, a client each. A file is a log: what is said later of the same client and address stands (a renewal goes
 * on longer, a release ends sooner), and a lease ends at the latest when somebody else's of the same address begins.
 */
export function claimsOf(leases: readonly Lease[], scope: string, domain: string | undefined): Claim[] {
  const clients = new Map<string, Lease[]>();
  for (const ofAddress of grouped(leases, ({ address }) => address).values()) {
    for (const lease of settled(ofAddress)) append(clients, lease.client, lease);
  }
  return [...clients].map(([client, held]) => ({
    key: client,
    name: nameOf(held, domain) || client,
    type: 'host',
    addresses: held.map(({ address, since, until }) => ({
      address,
      scope,
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    })),
    labels: {},
  }));
}

/** Who held one address when, without overlaps. */
function settled(leases: readonly Lease[]): Lease[] {
  const held: Lease[] = [];
  for (const lease of leases.toSorted((a, b) => (a.since ?? 0) - (b.since ?? 0))) {
    const last = held.at(-1);
    const overlaps = last !== undefined && (lease.since ?? 0) <= (last.until ?? Number.POSITIVE_INFINITY);
    if (!overlaps) held.push(lease);
    else if (last.client === lease.client) {
      const { until: _superseded, ...begun } = last;
      const hostname = lease.hostname || last.hostname;
      held[held.length - 1] = { ...begun, hostname, ...(lease.until !== undefined && { until: lease.until }) };
    } else {
      held[held.length - 1] = { ...last, until: lease.since ?? 0 };
      held.push(lease);
    }
  }
  return held.filter(({ since = 0, until = Number.POSITIVE_INFINITY }) => since < until);
}

/** The name it gave last; a bare one is of the domain that the leases are for. */
function nameOf(leases: readonly Lease[], domain: string | undefined): string {
  const hostname = leases.findLast((lease) => lease.hostname !== '')?.hostname ?? '';
  return hostname === '' || hostname.includes('.') || !domain ? hostname : `${hostname}.${domain.replace(/\.$/, '')}`;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) append(groups, keyOf(item), item);
  return groups;
}

function append<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
