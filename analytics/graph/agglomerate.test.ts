import fc from 'fast-check';
import { agglomerate } from './agglomerate';
import { learnConcentrations } from './concentration';
import { lnGamma, lnRising } from './gamma';
import { nearestNeighbours } from './neighbours';
import { learnRestaurant, restaurant, UNIFORM } from './partition-prior';
import { rowCount, sumEntries, tfIdf } from './sparse';
import { fillUrns, type Draws } from './urns';

/** All from one urn. */
function draws(rows: readonly (readonly number[])[]): Draws {
  const columns = Math.max(0, ...rows.flat()) + 1;
  return {
    ...sumEntries(
      rows.length,
      columns,
      rows.flatMap((row, at) => row.map(() => at)),
      rows.flat(),
    ),
    urnOf: new Uint32Array(columns),
    kindOf: new Uint32Array(1),
    kinds: 1,
  };
}

function clusters(rows: readonly (readonly number[])[], concentration: number, prior = UNIFORM): number[][] {
  const drawn = draws(rows);
  const urns = fillUrns([{ draws: drawn, concentrations: Float64Array.of(concentration) }]);
  const alone = rows.map((_, row) => [row]);
  return agglomerate(urns, prior, nearestNeighbours(tfIdf(drawn), 16), alone);
}

const TWO_KINDS = [
  [0, 1, 2],
  [0, 1, 2],
  [3, 4, 5],
  [3, 4, 5],
  [0, 1, 2],
];

describe('agglomerate', () => {
  it.each([
    [
      'two kinds of rows that have nothing in common',
      TWO_KINDS,
      [
        [0, 1, 4],
        [2, 3],
      ],
    ],
    [
      'rows that overlap in part',
      [
        [0, 1, 2, 3],
        [1, 2, 3, 4],
        [0, 2, 3, 4],
        [5, 6],
        [5, 6],
      ],
      [
        [0, 1, 2],
        [3, 4],
      ],
    ],
    ['rows without columns, which stay alone', [[], [0], []], [[0], [1], [2]]],
    ['nothing', [], []],
  ])('finds %s', (_, rows, expected) => {
    expect(clusters(rows, 4)).toEqual(expected);
  });

  it('leaves a partition as it is where draws tell nothing', () => {
    expect(clusters(TWO_KINDS, Infinity)).toEqual([[0], [1], [2], [3], [4]]);
  });

  it('moves a row out of a cluster it has no business in', () => {
    const drawn = draws(TWO_KINDS);
    const urns = fillUrns([{ draws: drawn, concentrations: Float64Array.of(4) }]);
    const graph = nearestNeighbours(tfIdf(drawn), 16);
    expect(agglomerate(urns, UNIFORM, graph, [[0, 1, 2], [3], [4]])).toEqual([
      [0, 1, 4],
      [2, 3],
    ]);
  });

  it('puts every row into one cluster, whatever is drawn', () => {
    const rows = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), { maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom(0.5, 8, 64), (drawn, concentration) => {
        const found = clusters(drawn, concentration, restaurant(2));
        expect(found.flat().sort((a, b) => a - b)).toEqual([...drawn.keys()]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('learnConcentrations', () => {
  it('tells clusters that say what is drawn from clusters that do not', () => {
    const drawn = draws([...TWO_KINDS, ...TWO_KINDS]);
    const telling = learnConcentrations(drawn, [
      [0, 1, 4, 5, 6, 9],
      [2, 3, 7, 8],
    ]);
    const idle = learnConcentrations(
      drawn,
      Array.from({ length: rowCount(drawn) }, (_, row) => [row]),
    );
    expect(telling.values[0]).toBeLessThan(8);
    expect(telling.gain).toBeGreaterThan(3);
    expect([idle.values[0], idle.gain]).toEqual([Infinity, 0]);
  });
});

describe('learnRestaurant', () => {
  it('expects more clusters where there are more', () => {
    const few = learnRestaurant([20, 20]);
    const many = learnRestaurant(Array.from({ length: 10 }, () => 4));
    expect(many.mergeGain(1, 1)).toBeLessThan(few.mergeGain(1, 1));
  });

  it('adds up to one over all partitions', () => {
    // Of three rows: one partition of three, three of two and one, one of singles.
    const of = (sizes: readonly number[], times: number) =>
      times * Math.exp(sizes.reduce((sum, n) => sum + lnGamma(n), 0) + sizes.length * Math.log(2) - lnRising(2, 3));
    expect(of([3], 1) + of([2, 1], 3) + of([1, 1, 1], 1)).toBeCloseTo(1, 8);
  });
});

describe('lnGamma', () => {
  it.each([
    [1, 0],
    [0.5, Math.log(Math.PI) / 2],
    [5, Math.log(24)],
    [101, 363.7393755555635],
  ])('of %d is %d', (x, expected) => {
    expect(lnGamma(x)).toBeCloseTo(expected, 8);
  });
});
