import fc from 'fast-check';
import { averageLinkage } from './linkage';
import type { SimilarityGraph } from './neighbours';

function graph(size: number, edges: readonly (readonly [number, number, number])[], limit = size): SimilarityGraph {
  const neighbours = Array.from({ length: size }, () => new Map<number, number>());
  for (const [a, b, similarity] of edges) {
    neighbours[a]?.set(b, similarity);
    neighbours[b]?.set(a, similarity);
  }
  return { neighbours, limit };
}

/** The obvious way: always merge the two most similar clusters. */
function similaritiesByHand({ neighbours }: SimilarityGraph): number[] {
  const clusters = neighbours.map((_, item) => [item]);
  const found: number[] = [];
  for (;;) {
    let best = { value: 0, a: -1, b: -1 };
    for (const [a, left] of clusters.entries()) {
      for (const [b, right] of clusters.entries()) {
        if (a >= b) continue;
        const sum = left.flatMap((i) => right.map((j) => neighbours[i]?.get(j) ?? 0)).reduce((x, y) => x + y, 0);
        const value = sum / (left.length * right.length);
        if (value > best.value) best = { value, a, b };
      }
    }
    if (best.a < 0) return found;
    found.push(best.value);
    const [moved = []] = clusters.splice(best.b, 1);
    clusters[best.a]?.push(...moved);
  }
}

describe('averageLinkage', () => {
  it('merges by mean similarity over all pairs, a missing pair counting zero', () => {
    const merges = averageLinkage(
      graph(4, [
        [0, 1, 0.9],
        [1, 2, 0.6],
        [2, 3, 0.8],
        [0, 3, 0.2],
      ]),
    );
    const heights = merges.map(({ similarity }) => similarity).sort((a, b) => b - a);
    // {0,1} at 0.9, {2,3} at 0.8, both at (0.6 + 0.2 + 0 + 0) / 4.
    [0.9, 0.8, 0.2].forEach((height, at) => expect(heights[at]).toBeCloseTo(height, 12));
  });

  it('leaves items without a path apart', () => {
    expect(averageLinkage(graph(3, [[0, 2, 0.5]]))).toHaveLength(1);
    expect(averageLinkage(graph(2, []))).toEqual([]);
    expect(averageLinkage(graph(0, []))).toEqual([]);
  });

  const edges = fc.uniqueArray(
    fc.tuple(
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 11 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    ),
    { selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`, maxLength: 40 },
  );

  it('agrees with merging the most similar pair each time', () => {
    fc.assert(
      fc.property(edges, (list) => {
        const input = graph(
          12,
          list.filter(([a, b]) => a !== b),
        );
        const heights = averageLinkage(input).map(({ similarity }) => similarity);
        const expected = similaritiesByHand(input);
        expect(heights).toHaveLength(expected.length);
        heights.sort((a, b) => b - a).forEach((height, at) => expect(height).toBeCloseTo(expected[at] ?? 0, 9));
      }),
    );
  });

  it('ends, and merges each cluster once, when the pairs are bounded', () => {
    fc.assert(
      fc.property(edges, fc.integer({ min: 1, max: 4 }), (list, limit) => {
        const merges = averageLinkage(
          graph(
            12,
            list.filter(([a, b]) => a !== b),
            limit,
          ),
        );
        const gone = new Set<number>();
        for (const { into, from } of merges) {
          expect(gone.has(into) || gone.has(from)).toBe(false);
          gone.add(from);
        }
      }),
    );
  });
});
