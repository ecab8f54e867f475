import type { CurvePoint } from '../../contract';
import { kneeOf, plotOf } from './curve-plot';

const at = (rules: number, surface: number, denied: number | null = null): CurvePoint => ({ rules, surface, denied });

it('draws fewer rules to the left and a greater surface higher', () => {
  const few = at(10, 0.4, 0.001);
  const many = at(100, 0.1, 0.004);
  const plot = plotOf([many, few]);
  expect(plot.x(few)).toBeLessThan(plot.x(many));
  expect(plot.surfaceY(few)).toBeLessThan(plot.surfaceY(many));
  expect(plot.surface).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
  expect(plot.denied).not.toBeNull();
});

it('draws no line of what was not measured', () => {
  expect(plotOf([at(10, 0.1), at(5, 0.2)]).denied).toBeNull();
});

it.each<[string, readonly CurvePoint[], number]>([
  ['nothing', [], 0],
  ['a bend', [at(100, 0.1), at(60, 0.11), at(30, 0.12), at(20, 0.5), at(10, 0.9)], 2],
  ['a straight line', [at(30, 0.1), at(20, 0.2), at(10, 0.3)], 0],
])('finds the knee of %s', (_, points, knee) => {
  expect(kneeOf(points)).toBe(knee);
});
