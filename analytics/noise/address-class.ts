import { contains, parseAddress, parsePrefix } from '../../ingest/kernel/ip';

export type AddressClass = 'multicast' | 'broadcast' | 'host';

const MULTICAST = ['224.0.0.0/4', 'ff00::/8'].map(parsePrefix);
const EVERYBODY = parseAddress('255.255.255.255');

/** What a destination is by its number alone (RFC 1112, RFC 4291 section 2.7, RFC 919). */
export function classOf(address: string): AddressClass {
  const number = parseAddress(address);
  if (number === EVERYBODY) return 'broadcast';
  return MULTICAST.some((prefix) => contains(prefix, number)) ? 'multicast' : 'host';
}

/** The same in SQL, of a column of type IPv6. */
export function classSql(column: string): string {
  const between = (first: string, last: string) => `${column} >= toIPv6('${first}') AND ${column} <= toIPv6('${last}')`;
  return `multiIf(${column} = toIPv6('::ffff:255.255.255.255'), 'broadcast',
    (${between('::ffff:224.0.0.0', '::ffff:239.255.255.255')}) OR ${column} >= toIPv6('ff00::'), 'multicast',
    'host')`;
}
