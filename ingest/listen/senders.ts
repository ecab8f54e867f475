import { addressToBytes, contains, formatAddress, parseAddress, type Prefix } from '../kernel/ip';

/** Addresses whose forms are remembered. */
const MOST_KNOWN = 10_000;

export interface KnownSender {
  /** Canonical text. */
  readonly name: string;
  /** 16 bytes, network order; IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array;
  /** On the list of exporters, or there is no list. */
  readonly allowed: boolean;
}

/** @param allowed whom we listen to; undefined: everybody */
export function createSenders(allowed: readonly Prefix[] | undefined): (address: string) => KnownSender {
  const known = new Map<string, KnownSender>();
  return (text) => {
    const seen = known.get(text);
    if (seen) return seen;
    // A link-local sender carries its interface (`fe80::1%eth0`), which is not part of the address.
    const address = parseAddress(text.split('%')[0] ?? text);
    const sender = {
      name: formatAddress(address),
      address: addressToBytes(address),
      allowed: allowed?.some((prefix) => contains(prefix, address)) ?? true,
    };
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, sender);
    return sender;
  };
}
