import type { MapBox, Point } from './view';

/** Measured for 11 px system sans and monospace: enough for both. */
const CHARACTER = 6.6;
const LINE_HEIGHT = 15;
const PADDING = 6;

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface LabelledLine {
  readonly id: string;
  readonly label: string;
  readonly points: readonly Point[];
}

/**
 * Centre of each label that fits between the boxes and beside the labels placed before it; lines in order of
 * importance. The rest stays without: a label on top of another is worse than none.
 *
 * @param boxes that must not be covered; not those that lines pass through, open applications
 */
export function placeLabels(lines: readonly LabelledLine[], boxes: readonly MapBox[]): ReadonlyMap<string, Point> {
  const taken: Area[] = boxes.map(({ x, y, width, height }) => ({
    left: x,
    top: y,
    right: x + width,
    bottom: y + height,
  }));
  const placed = new Map<string, Point>();
  for (const { id, label, points } of lines) {
    const half = (label.length * CHARACTER + PADDING) / 2;
    for (const centre of candidates(points, 2 * half)) {
      const area: Area = {
        left: centre.x - half,
        top: centre.y - LINE_HEIGHT / 2,
        right: centre.x + half,
        bottom: centre.y + LINE_HEIGHT / 2,
      };
      if (taken.some((other) => overlap(area, other))) continue;
      taken.push(area);
      placed.set(id, { x: Math.round(centre.x), y: Math.round(centre.y) });
      break;
    }
  }
  return placed;
}

/** The middles of the line's pieces that are long enough, those at its ends first: there it belongs to one box. */
function candidates(points: readonly Point[], width: number): Point[] {
  const pieces = points.slice(1).flatMap((to, index) => {
    const from = points[index];
    return from === undefined || Math.abs(to.x - from.x) < width ? [] : [{ from, to }];
  });
  const inOrder = [pieces[0], pieces.at(-1), ...pieces.slice(1, -1)].filter((piece) => piece !== undefined);
  return inOrder.map(({ from, to }) => ({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }));
}

function overlap(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
