import fc from 'fast-check';
import { nearestNeighbours } from './neighbours';
import { dot, joinBlocks, rowCount, sumEntries, tfIdf, valueAt, type SparseMatrix } from './sparse';

const rowsOf = (rows: readonly (readonly number[])[], columns: number): SparseMatrix => {
  const entries = rows.flatMap((row, at) => [...new Set(row)].map((column) => [at, column] as const));
  return sumEntries(
    rows.length,
    columns,
    entries.map(([row]) => row),
    entries.map(([, column]) => column),
  );
};
const columnsOf = ({ starts, columnOf }: SparseMatrix, row: number) => [
  ...columnOf.subarray(starts[row], starts[row + 1]),
];

const matrices = fc
  .array(fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 8 }), { minLength: 1, maxLength: 25 })
  .map((rows) => tfIdf(rowsOf(rows, 16)));

describe('tfIdf', () => {
  it('scales rows to unit length and weighs what is rare', () => {
    const matrix = tfIdf(rowsOf([[0, 1], [0], [0, 2]], 3));
    const weights = [Math.log(4 / 3), Math.log(4)];
    const length = Math.hypot(...weights);
    expect([valueAt(matrix, 0, 0), valueAt(matrix, 0, 1)]).toEqual(
      weights.map((weight) => expect.closeTo(weight / length, 12)),
    );
  });
});

describe('nearestNeighbours', () => {
  it('has every similarity of a small matrix', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const graph = nearestNeighbours(matrix, 32);
        for (let i = 0; i < rowCount(matrix); i++) {
          for (let j = 0; j < rowCount(matrix); j++) {
            expect(valueAt(graph, i, j)).toBeCloseTo(i === j ? 0 : dot(matrix, i, j), 12);
          }
        }
      }),
    );
  });

  it('keeps the most similar when there are more than it may keep', () => {
    const matrix = tfIdf(rowsOf([[0, 1, 2, 3], [0, 1, 2], [0, 1], [0], [4]], 5));
    const graph = nearestNeighbours(matrix, 1);
    expect(columnsOf(graph, 0)).toContain(1);
    expect(columnsOf(graph, 4)).toEqual([]);
  });

  it('looks hubs up without walking along them', () => {
    const hub = rowsOf([Array.from({ length: 500 }, (_, n) => n), [7, 499], [500]], 501);
    expect([dot(hub, 0, 1), dot(hub, 1, 0), dot(hub, 0, 2)]).toEqual([2, 2, 0]);
  });
});

describe('joinBlocks', () => {
  it('makes the dot product the weighted sum of both blocks', () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0, max: 1, noNaN: true }), (matrix, share) => {
        const last = rowCount(matrix) - 1;
        expect(dot(joinBlocks(matrix, matrix, share), 0, last)).toBeCloseTo(dot(matrix, 0, last), 9);
      }),
    );
  });
});
