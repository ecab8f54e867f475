import type { Lattice, Segment, Slot } from './lattice';

/** Alternating passes over the columns; positions settle within a pixel well before. */
const PASSES = 24;

/** How much more a lane insists on a straight line than a box does. */
const LANE_STIFFNESS = 4;

/** A slot without lines gives way to all others. */
const LOOSE = 0.001;

export interface Gaps {
  readonly betweenBoxes: number;
  readonly besideLane: number;
  readonly betweenLanes: number;
}

/** A wish of one slot: its top at `top`, for the sake of `weight` lines. */
interface Wish {
  readonly top: number;
  readonly weight: number;
}

/**
 * Top of every slot, the highest at 0, so that lines run as straight as the order within the columns allows. Each step
 * solves one column exactly: least squares under "in this order, at least this far apart" is isotonic regression.
 */
export function placeSlots(
  order: readonly (readonly Slot[])[],
  segments: Lattice['segments'],
  gaps: Gaps,
): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  const offsets = order.map((column) => stackedTops(column, gaps));
  order.forEach((column, index) => {
    const own = offsets[index] ?? [];
    const middle = ((own.at(-1) ?? 0) + (column.at(-1)?.height ?? 0)) / 2;
    column.forEach((slot, row) => tops.set(slot.key, (own[row] ?? 0) - middle));
  });
  for (let pass = 0; pass < PASSES; pass++) {
    for (let step = 0; step < order.length; step++) {
      const index = pass % 2 === 0 ? step : order.length - 1 - step;
      const wishes = wishesOf(segments[index - 1] ?? [], segments[index] ?? [], tops);
      settle(order[index] ?? [], offsets[index] ?? [], wishes, tops);
    }
  }
  const highest = [...tops.values()].reduce((least, top) => Math.min(least, top), Number.POSITIVE_INFINITY);
  return new Map([...tops].map(([key, top]) => [key, Math.round(top - highest)]));
}

/** Tops when the column is stacked as tightly as the gaps allow. */
function stackedTops(column: readonly Slot[], gaps: Gaps): number[] {
  let top = 0;
  return column.map((slot, row) => {
    const above = column[row - 1];
    if (above !== undefined) top += above.height + gapBetween(above, slot, gaps);
    return top;
  });
}

function gapBetween(above: Slot, below: Slot, gaps: Gaps): number {
  if (above.height > 0 && below.height > 0) return gaps.betweenBoxes;
  return above.height === 0 && below.height === 0 ? gaps.betweenLanes : gaps.besideLane;
}

/** Per slot, the mean top at which its lines to both neighbouring columns would be level. */
function wishesOf(
  before: readonly Segment[],
  after: readonly Segment[],
  tops: ReadonlyMap<string, number>,
): ReadonlyMap<string, Wish> {
  const wishes = new Map<string, Wish>();
  const wish = (key: string, top: number): void => {
    const { top: sum, weight } = wishes.get(key) ?? { top: 0, weight: 0 };
    wishes.set(key, { top: (sum * weight + top) / (weight + 1), weight: weight + 1 });
  };
  for (const { left, right, leftPort, rightPort } of before) {
    wish(right, (tops.get(left) ?? 0) + leftPort - rightPort);
  }
  for (const { left, right, leftPort, rightPort } of after) {
    wish(left, (tops.get(right) ?? 0) + rightPort - leftPort);
  }
  return wishes;
}

/** Pool adjacent violators: runs of slots that want to overlap move as one, to the mean of their wishes. */
function settle(
  column: readonly Slot[],
  offsets: readonly number[],
  wishes: ReadonlyMap<string, Wish>,
  tops: Map<string, number>,
): void {
  const runs: { shift: number; weight: number; count: number }[] = [];
  column.forEach((slot, row) => {
    const wish = wishes.get(slot.key);
    const stiffness = slot.height === 0 ? LANE_STIFFNESS : 1;
    const weight = wish === undefined ? LOOSE : wish.weight * stiffness;
    const run = { shift: (wish?.top ?? tops.get(slot.key) ?? 0) - (offsets[row] ?? 0), weight, count: 1 };
    for (let last = runs.at(-1); last !== undefined && last.shift > run.shift; last = runs.at(-1)) {
      const total = last.weight + run.weight;
      run.shift = (last.shift * last.weight + run.shift * run.weight) / total;
      run.weight = total;
      run.count += last.count;
      runs.pop();
    }
    runs.push(run);
  });
  let row = 0;
  for (const run of runs) {
    for (const end = row + run.count; row < end; row++) {
      const slot = column[row];
      if (slot !== undefined) tops.set(slot.key, run.shift + (offsets[row] ?? 0));
    }
  }
}
