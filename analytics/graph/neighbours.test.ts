import fc from 'fast-check';
import { nearestNeighbours } from './neighbours';
import { dot, joinBlocks, tfIdf, type SparseMatrix } from './sparse';

const rowsOf = (rows: readonly (readonly number[])[], columns: number): SparseMatrix => ({
  columns,
  rows: rows.map((row) => {
    const sorted = [...new Set(row)].sort((a, b) => a - b);
    return { columns: Uint32Array.from(sorted), values: Float64Array.from(sorted, () => 1) };
  }),
});

const matrices = fc
  .array(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 8 }), { minLength: 1, maxLength: 25 })
  .map((rows) => tfIdf(rowsOf(rows, 16)));

describe('tfIdf', () => {
  it('scales rows to unit length and weighs what is rare', () => {
    const [first] = tfIdf(rowsOf([[0, 1], [0], [0, 2]], 3)).rows;
    const weights = [Math.log(4 / 3), Math.log(4)];
    const length = Math.hypot(...weights);
    expect([...(first?.values ?? [])]).toEqual(weights.map((weight) => expect.closeTo(weight / length, 12)));
  });
});

describe('nearestNeighbours', () => {
  it('has every similarity of a small matrix', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { neighbours } = nearestNeighbours(matrix, 32);
        for (const [i, row] of matrix.rows.entries()) {
          for (const [j, other] of matrix.rows.entries()) {
            expect(neighbours[i]?.get(j) ?? 0).toBeCloseTo(i === j ? 0 : dot(row, other), 12);
          }
        }
      }),
    );
  });

  it('keeps the most similar when there are more than it may keep', () => {
    const matrix = tfIdf(rowsOf([[0, 1, 2, 3], [0, 1, 2], [0, 1], [0], [4]], 5));
    expect([...(nearestNeighbours(matrix, 1).neighbours[0]?.keys() ?? [])]).toContain(1);
    expect(nearestNeighbours(matrix, 1).neighbours[4]?.size).toBe(0);
  });

  it('looks hubs up without walking along them', () => {
    const hub = rowsOf([Array.from({ length: 500 }, (_, n) => n), [7, 499], [500]], 501);
    const [long, short, none] = hub.rows;
    if (!long || !short || !none) throw new Error('three rows expected');
    expect([dot(long, short), dot(short, long), dot(long, none)]).toEqual([2, 2, 0]);
  });
});

describe('joinBlocks', () => {
  it('makes the dot product the weighted sum of both blocks', () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0, max: 1, noNaN: true }), (matrix, share) => {
        const [first, second = first] = matrix.rows;
        const [left, right = left] = joinBlocks(matrix, matrix, share).rows;
        if (!first || !second || !left || !right) throw new Error('a row expected');
        expect(dot(left, right)).toBeCloseTo(dot(first, second), 9);
      }),
    );
  });
});
