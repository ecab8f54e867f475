import type { AddressSet } from './address-set';
import type { ServiceRange } from './service-range';

/** The first packet of a connection between two different addresses of one family; replies follow its fate. */
export interface Packet {
  readonly src: bigint;
  readonly dst: bigint;
  readonly protocol: number;
  /** Destination port; for ICMP `type * 256 + code`; 0 for protocols without ports. */
  readonly port: number;
}

/** `pass`: no rule, and neither end is closed. Allowed and passed packets both get through. */
export interface Verdict {
  readonly action: 'allow' | 'deny' | 'pass';
  /** The id of the rule that decided; null for the default. */
  readonly rule: string | null;
}

export const PASS: Verdict = { action: 'pass', rule: null };
export const DENY: Verdict = { action: 'deny', rule: null };

/** What is left to decide once both ends are known. */
export interface ServiceFilter {
  /** Within one range, and outside all of them, every packet of a protocol gets the same verdict. */
  readonly ranges: readonly ServiceRange[];
  decide(protocol: number, port: number): Verdict;
}

/** A firewall as a function: the policy itself, or what an exported configuration really does. */
export interface PacketFilter {
  /** Addresses inside the same sets are treated alike. */
  readonly addressSets: readonly AddressSet[];
  between(src: bigint, dst: bigint): ServiceFilter;
  decide(packet: Packet): Verdict;
}

export function packetFilter(
  addressSets: readonly AddressSet[],
  between: (src: bigint, dst: bigint) => ServiceFilter,
): PacketFilter {
  return {
    addressSets,
    between,
    decide: ({ src, dst, protocol, port }) => between(src, dst).decide(protocol, port),
  };
}

/** One verdict for every service. */
export function constantFilter(verdict: Verdict): ServiceFilter {
  return { ranges: [], decide: () => verdict };
}

export function getsThrough(verdict: Verdict): boolean {
  return verdict.action !== 'deny';
}
