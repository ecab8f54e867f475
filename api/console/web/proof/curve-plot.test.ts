import type { CurvePoint } from '../../contract';
import { plotOf } from './curve-plot';

const at = (rules: number, surface: number, denied: number | null = null): CurvePoint => ({
  rules,
  surface,
  denied,
  words: '',
});

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
