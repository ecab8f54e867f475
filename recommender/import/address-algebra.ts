import { formatPrefix } from '../../ingest/kernel/ip';
import type { AddressSet, Interval } from '../model/address-set';

export function intersectionOf(a: AddressSet, b: AddressSet): AddressSet {
  const found: Interval[] = [];
  for (let i = 0, j = 0; ;) {
    const [left, right] = [a[i], b[j]];
    if (!left || !right) return found;
    const first = left.first > right.first ? left.first : right.first;
    const last = left.last < right.last ? left.last : right.last;
    if (first <= last) found.push({ first, last });
    if (left.last < right.last) i++;
    else j++;
  }
}

export function differenceOf(a: AddressSet, b: AddressSet): AddressSet {
  return intersectionOf(a, complementOf(b));
}

function complementOf(set: AddressSet): AddressSet {
  const found: Interval[] = [];
  let next = 0n;
  for (const { first, last } of set) {
    if (first > next) found.push({ first: next, last: first - 1n });
    next = last + 1n;
  }
  const end = (1n << 128n) - 1n;
  return next > end ? found : [...found, { first: next, last: end }];
}

export function isWithin(inner: AddressSet, outer: AddressSet): boolean {
  return differenceOf(inner, outer).length === 0;
}

/** Equal sets have equal keys. */
export function addressKey(set: AddressSet): string {
  return set.map(({ first, last }) => `${first.toString(36)}-${last.toString(36)}`).join();
}

const V4: Interval = { first: 0xffff_0000_0000n, last: 0xffff_ffff_ffffn };
/** All of IPv6 but the place where our space keeps IPv4, as `::/0` is read. */
const V6: AddressSet = [
  { first: 0n, last: V4.first - 1n },
  { first: V4.last + 1n, last: (1n << 128n) - 1n },
];

/** The fewest prefixes that a set can be written as; a single address without its length. */
export function prefixesOf(set: AddressSet): string[] {
  const v6 = isWithin(V6, set) ? ['::/0'] : intersectionOf(set, V6).flatMap(prefixesIn);
  return [...intersectionOf(set, [V4]).flatMap(prefixesIn), ...v6];
}

/** @param interval of one family */
function prefixesIn({ first, last }: Interval): string[] {
  const found: string[] = [];
  for (let base = first; base <= last;) {
    let size = 1n;
    let length = 128;
    while (base % (size * 2n) === 0n && base + size * 2n - 1n <= last) {
      size *= 2n;
      length--;
    }
    const text = formatPrefix({ base, length });
    found.push(length === 128 ? text.slice(0, text.indexOf('/')) : text);
    base += size;
  }
  return found;
}
