import fc from 'fast-check';
import { adjustedMutualInformation } from './mutual-information';

describe('adjustedMutualInformation', () => {
  // By hand, in units of ln 2, from the hypergeometric chance of each overlap: (mutual - expected) / (larger entropy - expected).
  it.each([
    ['equal up to names', 'aabb', 'xxyy', 1],
    ['crossed: (0 - 1/3) / (1 - 1/3)', 'aabb', 'xyxy', -0.5],
    ['one split: (1 - 2/3) / (3/2 - 2/3)', 'aabb', 'xxyz', 0.4],
    ['everything in one says nothing', 'aaaa', 'xxyy', 0],
    ['everything alone says nothing', 'abcd', 'xxyy', 0],
    ['all in one, twice', 'aaa', 'xxx', 1],
    ['all alone, twice', 'abc', 'xyz', 1],
    ['nothing', '', '', 1],
    ['one', 'a', 'x', 1],
  ])('%s', (_, a, b, expected) => {
    expect(adjustedMutualInformation(a.split(''), b.split(''))).toBeCloseTo(expected, 12);
  });

  it('refuses partitions of different things', () => {
    expect(() => adjustedMutualInformation(['a'], [])).toThrow('1 items against 0');
  });

  it('is symmetric, at most 1, and 1 with itself', () => {
    const partition = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z')), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(partition, (items) => {
        const a = items.map(([group]) => group);
        const b = items.map(([, group]) => group);
        expect(adjustedMutualInformation(a, b)).toBeCloseTo(adjustedMutualInformation(b, a), 9);
        expect(adjustedMutualInformation(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        expect(adjustedMutualInformation(a, a)).toBeCloseTo(1, 9);
      }),
    );
  });
});
