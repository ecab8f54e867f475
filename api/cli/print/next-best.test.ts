import { nextBest } from './next-best';

it.each([
  [0.4, 0.6, 'next best shop (60 % of the fit here)'],
  [0, 1, 'next best shop (100 % of the fit here)'],
  [1, 0.999, 'next best shop (99 % of the fit here)'],
  [1, 1, 'held here, though by its traffic it could be in shop'],
])('says of a place that is sure by %d what else would do by %d', (confidence, fit, text) => {
  expect(nextBest('shop', confidence, fit)).toBe(text);
});
