import type { CurvePoint } from '../../contract';

export const WIDTH = 520;
export const HEIGHT = 180;
const LEFT = 44;
const RIGHT = 44;
const TOP = 12;
const BOTTOM = 28;

/** Where the points of a curve are drawn: rules to the right, shares upwards, each share on an axis of its own. */
export interface Plot {
  readonly surface: string;
  /** Null where nothing was measured. */
  readonly denied: string | null;
  x(point: CurvePoint): number;
  surfaceY(point: CurvePoint): number;
  /** The greatest of either axis. */
  readonly mostSurface: number;
  readonly mostDenied: number;
  readonly mostRules: number;
}

export function plotOf(points: readonly CurvePoint[]): Plot {
  const most = (of: (point: CurvePoint) => number, least: number): number => Math.max(least, ...points.map(of));
  const mostRules = most(({ rules }) => rules, 1);
  const mostSurface = most(({ surface }) => surface, 0.01);
  const mostDenied = most(({ denied }) => denied ?? 0, 0.001);
  const x = ({ rules }: CurvePoint): number => LEFT + (rules / mostRules) * (WIDTH - LEFT - RIGHT);
  const y = (share: number, top: number): number => HEIGHT - BOTTOM - (share / top) * (HEIGHT - TOP - BOTTOM);
  const line = (some: readonly CurvePoint[], height: (point: CurvePoint) => number): string =>
    some.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point).toFixed(1)} ${height(point).toFixed(1)}`).join('');
  const surfaceY = ({ surface }: CurvePoint): number => y(surface, mostSurface);
  const measured = points.filter(({ denied }) => denied !== null);
  return {
    surface: line(points, surfaceY),
    denied: measured.length < 2 ? null : line(measured, ({ denied }) => y(denied ?? 0, mostDenied)),
    x,
    surfaceY,
    mostRules,
    mostSurface,
    mostDenied,
  };
}

/**
 * The point beyond which fewer rules open much more: the one farthest from the straight line between both ends, each axis
 * taken as a part of its span (Satopää et al., "Finding a Kneedle in a Haystack", 2011).
 */
export function kneeOf(points: readonly CurvePoint[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return 0;
  const rules = first.rules - last.rules || 1;
  const surface = last.surface - first.surface || 1;
  const gains = points.map((point) => (first.rules - point.rules) / rules - (point.surface - first.surface) / surface);
  return gains.reduce((best, gain, at) => (gain > (gains[best] ?? 0) ? at : best), 0);
}
