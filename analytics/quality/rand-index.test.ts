import fc from 'fast-check';
import { adjustedRandIndex } from './rand-index';

describe('adjustedRandIndex', () => {
  // By hand, from the contingency table: (index - expected) / (maximum - expected).
  it.each([
    ['equal up to names', 'aabb', 'xxyy', 1],
    ['crossed: (0 - 2/3) / (2 - 2/3)', 'aabb', 'xyxy', -0.5],
    ['one split: (1 - 2*1/6) / (1.5 - 1/3)', 'aabb', 'xxyz', 4 / 7],
    ['six in three against two: (2 - 18/15) / (4.5 - 18/15)', 'aabbcc', 'xxxyyy', (2 - 18 / 15) / (4.5 - 18 / 15)],
    ['everything in one says nothing', 'aaaa', 'xxyy', 0],
    ['everything alone says nothing', 'abcd', 'xxyy', 0],
    ['all in one, twice', 'aaa', 'xxx', 1],
    ['all alone, twice', 'abc', 'xyz', 1],
    ['nothing', '', '', 1],
    ['one', 'a', 'x', 1],
  ])('%s', (_, a, b, expected) => {
    expect(adjustedRandIndex(a.split(''), b.split(''))).toBeCloseTo(expected, 12);
  });

  it('refuses partitions of different things', () => {
    expect(() => adjustedRandIndex(['a'], [])).toThrow('1 items against 0');
  });

  it('is symmetric, at most 1, and 1 with itself', () => {
    const partition = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z')), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(partition, (items) => {
        const a = items.map(([group]) => group);
        const b = items.map(([, group]) => group);
        expect(adjustedRandIndex(a, b)).toBeCloseTo(adjustedRandIndex(b, a), 12);
        expect(adjustedRandIndex(a, b)).toBeLessThanOrEqual(1 + 1e-12);
        expect(adjustedRandIndex(a, a)).toBe(1);
      }),
    );
  });
});
