import type { CurvePoint } from '../../contract';

export const WIDTH = 520;
export const HEIGHT = 180;
const LEFT = 44;
const RIGHT = 44;
const TOP = 12;
const BOTTOM = 28;

/** Where the points of a curve are drawn: rules to the right from the fewest, shares upwards, each share on an axis of its own. */
interface Plot {
  readonly surface: string;
  /** Null where nothing was measured. */
  readonly denied: string | null;
  x(point: CurvePoint): number;
  surfaceY(point: CurvePoint): number;
  /** The greatest of either axis. */
  readonly mostSurface: number;
  readonly mostDenied: number;
  readonly fewestRules: number;
  readonly mostRules: number;
}

export function plotOf(points: readonly CurvePoint[]): Plot {
  const most = (of: (point: CurvePoint) => number, least: number): number => Math.max(least, ...points.map(of));
  const mostRules = most(({ rules }) => rules, 1);
  const fewestRules = Math.min(mostRules, ...points.map(({ rules }) => rules));
  const mostSurface = most(({ surface }) => surface, 0.01);
  const mostDenied = most(({ denied }) => denied ?? 0, 0.001);
  const x = ({ rules }: CurvePoint): number =>
    LEFT + ((rules - fewestRules) / Math.max(1, mostRules - fewestRules)) * (WIDTH - LEFT - RIGHT);
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
    fewestRules,
    mostRules,
    mostSurface,
    mostDenied,
  };
}
