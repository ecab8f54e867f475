import type { Lattice, Segment, Slot } from './lattice';

/** Enough on every estate tried; each sweep is linear and the best order seen is kept. */
const SWEEPS = 16;

type Order = readonly (readonly Slot[])[];

/** Orders the slots within their columns so that few lines cross: barycentre sweeps, starting from the given order. */
export function reduceCrossings({ columns, segments }: Lattice): Order {
  let order: Order = columns;
  let best: Order = columns;
  let fewest = crossings(order, segments);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    order = sweep % 2 === 0 ? sweepRight(order, segments) : sweepLeft(order, segments);
    const found = crossings(order, segments);
    if (found < fewest) {
      fewest = found;
      best = order;
    }
  }
  return best;
}

/** Pairs of lines that cross between neighbouring columns. */
export function crossings(order: Order, segments: Lattice['segments']): number {
  return segments.reduce((sum, gap, index) => {
    const left = positions(order[index] ?? []);
    const right = positions(order[index + 1] ?? []);
    const ends = gap.map((segment) => ({
      left: at(left, segment.left, segment.leftPort),
      right: at(right, segment.right, segment.rightPort),
    }));
    ends.sort((a, b) => a.left - b.left || a.right - b.right);
    return sum + inversions(ends.map((end) => end.right));
  }, 0);
}

function sweepRight(order: Order, segments: Lattice['segments']): Order {
  const next = order.slice();
  for (let i = 1; i < next.length; i++) {
    const pulls = pullsOf(segments[i - 1] ?? [], positions(next[i - 1] ?? []), 'left');
    next[i] = byBarycentre(next[i] ?? [], pulls);
  }
  return next;
}

function sweepLeft(order: Order, segments: Lattice['segments']): Order {
  const next = order.slice();
  for (let i = next.length - 2; i >= 0; i--) {
    const pulls = pullsOf(segments[i] ?? [], positions(next[i + 1] ?? []), 'right');
    next[i] = byBarycentre(next[i] ?? [], pulls);
  }
  return next;
}

/** Where the neighbours on one side are, per slot on the other. */
function pullsOf(
  gap: readonly Segment[],
  neighbours: ReadonlyMap<string, Place>,
  side: 'left' | 'right',
): ReadonlyMap<string, readonly number[]> {
  const pulls = new Map<string, number[]>();
  for (const segment of gap) {
    const own = side === 'left' ? segment.right : segment.left;
    const pull =
      side === 'left'
        ? at(neighbours, segment.left, segment.leftPort)
        : at(neighbours, segment.right, segment.rightPort);
    const known = pulls.get(own);
    if (known === undefined) pulls.set(own, [pull]);
    else known.push(pull);
  }
  return pulls;
}

/** Slots without neighbours keep their place; the sort is stable, so ties keep their order. */
function byBarycentre(slots: readonly Slot[], pulls: ReadonlyMap<string, readonly number[]>): readonly Slot[] {
  const wanted = slots.map((slot, index) => {
    const own = pulls.get(slot.key);
    return { slot, at: own === undefined ? index : own.reduce((sum, pull) => sum + pull, 0) / own.length };
  });
  return wanted.sort((a, b) => a.at - b.at).map(({ slot }) => slot);
}

interface Place {
  readonly index: number;
  readonly height: number;
}

function positions(slots: readonly Slot[]): ReadonlyMap<string, Place> {
  return new Map(slots.map((slot, index) => [slot.key, { index, height: slot.height }]));
}

/** Index of the slot plus how far down its side the line ends, so lines at one tall box keep their order. */
function at(places: ReadonlyMap<string, Place>, key: string, port: number): number {
  const place = places.get(key);
  if (place === undefined) return 0;
  return place.index + (place.height === 0 ? 0 : (port / place.height) * 0.9);
}

/** Pairs out of order, by merge sort. */
function inversions(values: readonly number[]): number {
  if (values.length < 2) return 0;
  let source = values.slice();
  let count = 0;
  for (let width = 1; width < source.length; width *= 2) {
    const merged: number[] = [];
    for (let start = 0; start < source.length; start += 2 * width) {
      const left = source.slice(start, start + width);
      const right = source.slice(start + width, start + 2 * width);
      let l = 0;
      for (const value of right) {
        for (let head = left[l]; head !== undefined && head <= value; head = left[++l]) merged.push(head);
        count += left.length - l;
        merged.push(value);
      }
      merged.push(...left.slice(l));
    }
    source = merged;
  }
  return count;
}
