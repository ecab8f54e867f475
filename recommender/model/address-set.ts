import { isV4, lastOf, parseAddress, parsePrefix } from '../../ingest/kernel/ip';

export interface Interval {
  readonly first: bigint;
  /** Inclusive. */
  readonly last: bigint;
}

/** Sorted, disjoint and not adjacent, so that equal sets are equal lists. */
export type AddressSet = readonly Interval[];

const LAST = (1n << 128n) - 1n;
const V4: Interval = { first: parseAddress('0.0.0.0'), last: parseAddress('255.255.255.255') };

export const EVERY_ADDRESS: AddressSet = [{ first: 0n, last: LAST }];
export const EVERY_V4_ADDRESS: AddressSet = [V4];

/**
 * The addresses that a list of addresses and prefixes names. An IPv6 prefix so short that it spans the place where
 * our 128-bit space keeps IPv4 (`::/0`) does not mean IPv4: no firewall reads it that way.
 */
export function addressSet(texts: Iterable<string>): AddressSet {
  const intervals: Interval[] = [];
  for (const text of texts) {
    const prefix = parsePrefix(text);
    const last = lastOf(prefix);
    if (prefix.base < V4.first && last >= V4.last) {
      intervals.push({ first: prefix.base, last: V4.first - 1n });
      if (last > V4.last) intervals.push({ first: V4.last + 1n, last });
    } else intervals.push({ first: prefix.base, last });
  }
  return unionOf([intervals]);
}

export function unionOf(sets: Iterable<readonly Interval[]>): AddressSet {
  const sorted = [...sets].flat().sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const previous = merged.at(-1);
    if (!previous || interval.first > previous.last + 1n) merged.push(interval);
    else if (interval.last > previous.last) merged[merged.length - 1] = { first: previous.first, last: interval.last };
  }
  return merged;
}

export function holds(set: AddressSet, address: bigint): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle]?.last ?? LAST) < address) low = middle + 1;
    else high = middle;
  }
  const interval = set[low];
  return interval !== undefined && interval.first <= address;
}

/** Whether an address or prefix text is IPv4; the other family is IPv6. */
export function isV4Text(text: string): boolean {
  const { base, length } = parsePrefix(text);
  return isV4(base) && length >= 96;
}
