import { orderBy, type Ranks } from './ranks';

export interface NumberedPairs {
  /** By pair as given. */
  readonly numbers: Uint32Array;
  /** By number, where the pair appears first. */
  readonly firstAt: Uint32Array;
}

/**
 * Numbers pairs as they first appear. By sorting: a hash table of some million pairs is one cache miss after the other,
 * and takes several times as long.
 */
export function numberPairs(left: Ranks, right: Ranks): NumberedPairs {
  const count = left.ranks.length;
  const first = new Uint32Array(count);
  let last = -1;
  for (const at of orderBy(right, left)) {
    const again = last >= 0 && left.ranks[last] === left.ranks[at] && right.ranks[last] === right.ranks[at];
    first[at] = again ? (first[last] ?? 0) : at;
    last = at;
  }
  const numbers = new Uint32Array(count);
  const firstAt = new Uint32Array(count);
  let distinct = 0;
  for (let at = 0; at < count; at++) {
    const same = first[at] ?? 0;
    if (same === at) {
      firstAt[distinct] = at;
      numbers[at] = distinct++;
    } else numbers[at] = numbers[same] ?? 0;
  }
  return { numbers, firstAt: firstAt.slice(0, distinct) };
}
