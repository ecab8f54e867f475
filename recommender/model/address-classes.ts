import type { AddressSet } from './address-set';

/**
 * The address space cut at the edges of some sets, intervals inside the same sets taken together: nothing built from
 * those sets can tell two addresses of one class apart. What is true of one is true of all, which makes exhaustive
 * comparison of filters cheap.
 */
export interface AddressClasses {
  readonly classes: readonly AddressClass[];
  /** Where a class begins, ascending from address 0: each reaches up to the next. */
  readonly starts: readonly ClassStart[];
  /** Index into `classes`. */
  of(address: bigint): number;
}

export interface AddressClass {
  /** Two addresses of it, the same one only when it has no other. */
  readonly first: bigint;
  readonly last: bigint;
  /** Indices of the sets that hold it, ascending. */
  readonly sets: readonly number[];
}

export interface ClassStart {
  readonly address: bigint;
  /** Index into `classes`. */
  readonly index: number;
}

export function classify(sets: readonly AddressSet[]): AddressClasses {
  const starts: ClassStart[] = [];
  const classes: { first: bigint; last: bigint; sets: number[] }[] = [];
  const byMembers = new Map<string, number>();
  const active = new Set<number>();

  const edges = edgesOf(sets);
  edges.forEach(([start, { enter, leave }], i) => {
    for (const set of leave) active.delete(set);
    for (const set of enter) active.add(set);
    const members = [...active].sort((a, b) => a - b);
    const key = members.join();
    const last = (edges[i + 1]?.[0] ?? 1n << 128n) - 1n;
    let index = byMembers.get(key);
    if (index === undefined) {
      byMembers.set(key, (index = classes.length));
      classes.push({ first: start, last, sets: members });
    }
    const found = classes[index];
    if (found) found.last = last;
    starts.push({ address: start, index });
  });

  return {
    classes,
    starts,
    of(address) {
      let low = 0;
      let high = starts.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if ((starts[middle]?.address ?? 0n) <= address) low = middle;
        else high = middle;
      }
      return starts[low]?.index ?? 0;
    },
  };
}

interface Edge {
  readonly enter: number[];
  readonly leave: number[];
}

function edgesOf(sets: readonly AddressSet[]): [bigint, Edge][] {
  const edges = new Map<bigint, Edge>([[0n, { enter: [], leave: [] }]]);
  const at = (address: bigint): Edge => {
    const edge = edges.get(address) ?? { enter: [], leave: [] };
    edges.set(address, edge);
    return edge;
  };
  sets.forEach((set, index) => {
    for (const { first, last } of set) {
      at(first).enter.push(index);
      if (last + 1n < 1n << 128n) at(last + 1n).leave.push(index);
    }
  });
  return [...edges].sort(([a], [b]) => (a < b ? -1 : 1));
}
