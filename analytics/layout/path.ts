import type { Point } from './view';

/** How far a line between boxes of one column swings out beside it; less than the gap between columns. */
const SWING = 40;

/** SVG path data through the points: level pieces straight, the others curves that leave and arrive level. */
export function pathThrough(points: readonly Point[]): string {
  const [start, ...rest] = withoutStops(points);
  if (start === undefined) return '';
  let from = start;
  let data = `M${start.x} ${start.y}`;
  for (const to of rest) {
    const middle = from.x === to.x ? from.x + SWING : Math.round((from.x + to.x) / 2);
    data += from.y === to.y ? `H${to.x}` : `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return data;
}

/** Drops repeated points and those in the middle of a level stretch. */
function withoutStops(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    const beforeLast = kept.at(-2);
    if (last?.x === point.x && last.y === point.y) continue;
    if (last !== undefined && beforeLast?.y === last.y && last.y === point.y) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** A line from a box back to itself, over its top right corner. */
export function loopOver(corner: Point, width: number): string {
  const right = corner.x + width;
  return `M${right - 44} ${corner.y}C${right - 44} ${corner.y - 15} ${right - 16} ${corner.y - 15} ${right - 16} ${corner.y}`;
}
