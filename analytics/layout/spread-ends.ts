import type { ColumnBox, ColumnLink } from './lattice';

/** Room between line ends on one side of a box, and between them and its corners. */
const STEP = 12;
const CORNER = 10;

interface LineEnd {
  readonly link: string;
  readonly end: 'from' | 'to';
  readonly lane: string;
  /** Height at which the line's next piece ends. */
  readonly towards: number;
}

/**
 * Absolute height of both ends of every link: where it is fixed, or spread around the middle of the box side in the
 * order of where the lines go, so that they do not cross just before the box. Links of one lane share an end.
 */
export function spreadEnds(
  boxes: ReadonlyMap<string, ColumnBox>,
  links: readonly ColumnLink[],
  chains: ReadonlyMap<string, readonly string[]>,
  tops: ReadonlyMap<string, number>,
): ReadonlyMap<string, { readonly from: number; readonly to: number }> {
  const middle = (key: string): number => (tops.get(key) ?? 0) + (boxes.get(key)?.height ?? 0) / 2;
  const heights = new Map<string, { from: number; to: number }>();
  const sides = new Map<string, LineEnd[]>();
  for (const link of links) {
    const from = boxes.get(link.from);
    const to = boxes.get(link.to);
    const chain = chains.get(link.id);
    if (from === undefined || to === undefined || chain === undefined) continue;
    heights.set(link.id, {
      from: (tops.get(from.id) ?? 0) + (link.fromPort ?? 0),
      to: (tops.get(to.id) ?? 0) + (link.toPort ?? 0),
    });
    const collect = (
      box: string,
      side: boolean,
      end: LineEnd['end'],
      next: string,
      fixed: number | undefined,
    ): void => {
      const towards = fixed === undefined ? middle(next) : (tops.get(next) ?? 0) + fixed;
      const key = `${box}\n${side}`;
      sides.set(key, [...(sides.get(key) ?? []), { link: link.id, end, lane: link.lane, towards }]);
    };
    const nextFixed = chain.length === 2;
    if (link.fromPort === undefined) {
      collect(from.id, from.column <= to.column, 'from', chain[1] ?? '', nextFixed ? link.toPort : undefined);
    }
    if (link.toPort === undefined) {
      collect(to.id, from.column >= to.column, 'to', chain.at(-2) ?? '', nextFixed ? link.fromPort : undefined);
    }
  }
  for (const [key, ends] of sides) {
    const box = boxes.get(key.slice(0, key.indexOf('\n')));
    if (box !== undefined) spread(box, ends, tops.get(box.id) ?? 0, heights);
  }
  return heights;
}

function spread(
  box: ColumnBox,
  ends: readonly LineEnd[],
  top: number,
  heights: Map<string, { from: number; to: number }>,
): void {
  const lanes = new Map<string, number>();
  for (const { lane } of ends.toSorted((a, b) => a.towards - b.towards)) {
    if (!lanes.has(lane)) lanes.set(lane, lanes.size);
  }
  const step = Math.min(STEP, Math.max(0, box.height - 2 * CORNER) / Math.max(1, lanes.size - 1));
  for (const { link, end, lane } of ends) {
    const height = heights.get(link);
    const row = (lanes.get(lane) ?? 0) - (lanes.size - 1) / 2;
    if (height !== undefined) height[end] = Math.round(top + box.height / 2 + row * step);
  }
}
