import fc from 'fast-check';
import { sumByPair } from './communication';

const edge = fc.record({ a: fc.nat(4), b: fc.nat(4), weight: fc.double({ min: 0.1, max: 9, noNaN: true }) });

describe('sumByPair', () => {
  it('adds up edges of a pair, either way round, and leaves out those of a node with itself', () => {
    const edges = [
      { a: 7, b: 2, weight: 1 },
      { a: 1, b: 9, weight: 4 },
      { a: 2, b: 7, weight: 0.5 },
      { a: 3, b: 3, weight: 8 },
    ];
    expect(sumByPair(edges)).toEqual([
      { a: 1, b: 9, weight: 4 },
      { a: 2, b: 7, weight: 1.5 },
    ]);
  });

  it('gives the same to the last digit in any order', () => {
    fc.assert(
      fc.property(
        fc
          .array(edge, { maxLength: 30 })
          .chain((edges) => fc.tuple(fc.constant(edges), fc.shuffledSubarray(edges, { minLength: edges.length }))),
        ([edges, shuffled]) => {
          expect(sumByPair(shuffled)).toEqual(sumByPair(edges));
        },
      ),
    );
  });
});
