import { averageLinkage } from './linkage';
import { nearestNeighbours } from './neighbours';
import { cutByEvidence } from './partition';
import { tfIdf, type SparseMatrix } from './sparse';

function matrix(rows: readonly (readonly number[])[]): SparseMatrix {
  return {
    columns: Math.max(0, ...rows.flat()) + 1,
    rows: rows.map((columns) => ({
      columns: Uint32Array.from(columns),
      values: new Float64Array(columns.length).fill(1),
    })),
  };
}

function clusters(rows: readonly (readonly number[])[]): number[][] {
  const features = matrix(rows);
  return cutByEvidence(features, averageLinkage(nearestNeighbours(tfIdf(features), 32)), 0.3);
}

describe('cutByEvidence', () => {
  it('finds two kinds of rows that have nothing in common', () => {
    expect(
      clusters([
        [0, 1, 2],
        [0, 1, 2],
        [3, 4, 5],
        [3, 4, 5],
        [0, 1, 2],
      ]),
    ).toEqual([
      [0, 1, 4],
      [2, 3],
    ]);
  });

  it('cuts each branch where it must be, not all at one height', () => {
    // A tight pair beside a loose triple: no single similarity separates both from the last row.
    const tight = [
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ];
    const loose = [
      [10, 11, 12, 13],
      [11, 12, 13, 14],
      [10, 12, 13, 14],
    ];
    expect(clusters([...tight, ...loose, [20, 21, 22]])).toEqual([[0, 1], [2, 3, 4], [5]]);
  });

  it('takes being quiet alike for no evidence of being alike', () => {
    const busy = Array.from({ length: 6 }, (_, n) => Array.from({ length: 30 }, (_, i) => 100 + 30 * n + i));
    expect(clusters([[0], [1], [2], ...busy])).toEqual([[0], [1], [2], [3], [4], [5], [6], [7], [8]]);
  });

  it('keeps rows without columns alone, and takes none at all', () => {
    expect(clusters([[], [0], []])).toEqual([[0], [1], [2]]);
    expect(clusters([])).toEqual([]);
  });

  it('refuses merges of what is no cluster', () => {
    const merge = { into: 0, from: 1, similarity: 1 };
    expect(() => cutByEvidence(matrix([[0], [0]]), [merge, merge], 1)).toThrow('merge of 1 into 0');
  });
});
