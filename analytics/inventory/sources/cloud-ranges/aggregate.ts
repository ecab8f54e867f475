import { contains, prefixOf, type Prefix } from '../../../../ingest/kernel/ip';

interface Named {
  readonly prefix: Prefix;
  readonly name: string;
}

/**
 * The same names for the same addresses, in fewer prefixes: what lies within a prefix of its own name goes, and two
 * halves of one name become one. Sorted by address. Azure's tags come down to about half by this.
 */
export function aggregated<Range extends Named>(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => order(a.prefix, b.prefix));
  const kept: Range[] = [];
  const open: Range[] = [];
  for (const range of sorted) {
    while (open.length > 0 && !holds(open.at(-1), range)) open.pop();
    if (open.at(-1)?.name === range.name) continue;
    open.push(range);
    kept.push(range);
  }
  return joined(kept);
}

function holds(outer: Named | undefined, inner: Named): boolean {
  return outer !== undefined && outer.prefix.length <= inner.prefix.length && contains(outer.prefix, inner.prefix.base);
}

function order(a: Prefix, b: Prefix): number {
  return a.base < b.base ? -1 : a.base > b.base ? 1 : a.length - b.length;
}

function joined<Range extends Named>(ranges: readonly Range[]): Range[] {
  const taken = new Map(ranges.map((range) => [keyOf(range.prefix), range]));
  const byLength = new Map<number, Range[]>();
  const enlist = (range: Range): void => {
    const level = byLength.get(range.prefix.length);
    if (level === undefined) byLength.set(range.prefix.length, [range]);
    else level.push(range);
  };
  for (const range of ranges) enlist(range);
  // Longest first, so that quarters become halves before halves become wholes.
  for (let length = 128; length > 0; length--) {
    for (const range of byLength.get(length) ?? []) {
      const whole = prefixOf(range.prefix.base, length - 1);
      const other = { base: range.prefix.base ^ (1n << BigInt(128 - length)), length };
      const isHalf = taken.get(keyOf(range.prefix)) === range && taken.get(keyOf(other))?.name === range.name;
      if (!isHalf || taken.has(keyOf(whole))) continue;
      taken.delete(keyOf(range.prefix));
      taken.delete(keyOf(other));
      const merged = { ...range, prefix: whole };
      taken.set(keyOf(whole), merged);
      enlist(merged);
    }
  }
  return [...taken.values()].toSorted((a, b) => order(a.prefix, b.prefix));
}

function keyOf({ base, length }: Prefix): string {
  return `${base}/${length}`;
}
