import type { AddressSet } from '../model/address-set';

/** Whether two sets have an address in common. */
export function overlaps(a: AddressSet, b: AddressSet): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one, other] = [a[i], b[j]];
    if (!one || !other) return false;
    if (one.last < other.first) i++;
    else if (other.last < one.first) j++;
    else return true;
  }
  return false;
}
