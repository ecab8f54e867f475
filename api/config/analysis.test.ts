import { configSchema } from './config';

it('puts five million flows together at a time, unless told otherwise', () => {
  expect(configSchema.parse({}).analysis.flowsAtOnce).toBe(5_000_000);
});

it.each([
  [9_999, false],
  [10_000, true],
  [10_000.5, false],
  [100_000_000, true],
  [100_000_001, false],
])('takes %d flows at a time: %s', (flowsAtOnce, taken) => {
  expect(configSchema.safeParse({ analysis: { flowsAtOnce } }).success).toBe(taken);
});

it('holds to labels, unless told otherwise', () => {
  expect(configSchema.parse({}).analysis.labelWeight).toBe(1);
});

it.each([
  [0, true],
  [0.5, true],
  [1, true],
  [-0.1, false],
  [1.1, false],
])('weighs labels by %d: %s', (labelWeight, taken) => {
  expect(configSchema.safeParse({ analysis: { labelWeight } }).success).toBe(taken);
});
