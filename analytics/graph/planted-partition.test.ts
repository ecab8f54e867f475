import { sumByPair, type WeightedEdge } from './communication';
import { plantedPartition } from './planted-partition';
import { seededRng } from './random';

const edge = (a: number, b: number, weight = 1): WeightedEdge => ({ a, b, weight });
const range = (from: number, count: number) => Array.from({ length: count }, (_, n) => from + n);
const clique = (members: readonly number[]) =>
  members.flatMap((a) => members.filter((b) => a < b).map((b) => edge(a, b)));
const across = (left: readonly number[], right: readonly number[]) => left.flatMap((a) => right.map((b) => edge(a, b)));

function parts(size: number, edges: readonly WeightedEdge[], seed = 1): number[][] {
  const found: number[][] = [];
  for (const [node, community] of plantedPartition(size, sumByPair(edges), seededRng(seed)).entries())
    (found[community] ??= []).push(node);
  return found;
}

describe('plantedPartition', () => {
  it('keeps the tiers of one application together, though they do not talk among themselves', () => {
    const [web, app, db] = [range(0, 4), range(4, 4), range(8, 2)];
    const other = [range(10, 4), range(14, 4)] as const;
    const edges = [...across(web, app), ...across(app, db), ...across(...other)];
    expect(parts(18, edges)).toEqual([range(0, 10), range(10, 8)]);
  });

  it('finds every small community of a large ring, below the resolution limit of modularity', () => {
    // Fortunato and Barthélemy: of a ring of 40 cliques of 5, plain modularity merges neighbours.
    const cliques = Array.from({ length: 40 }, (_, n) => range(5 * n, 5));
    const ring = cliques.flatMap((members, n) => [...clique(members), edge(5 * n, (5 * n + 6) % 200)]);
    expect(parts(200, ring)).toEqual(cliques);
  });

  it.each([1, 2, 3])('tells a large community from small ones (seed %d)', (seed) => {
    const large = range(0, 60);
    const rng = seededRng(seed);
    const sparse = across(large, large).filter(({ a, b }) => a < b && rng() < 0.2);
    const small = range(0, 10).map((n) => range(60 + 4 * n, 4));
    const crossing = small.map(([first = 0], n) => edge(n, first));
    expect(parts(100, [...sparse, ...small.flatMap(clique), ...crossing], seed)).toEqual([large, ...small]);
  });

  it.each([
    ['no nodes', 0, [], []],
    ['no edges', 2, [], [[0], [1]]],
    ['edges without weight', 2, [edge(0, 1, 0)], [[0], [1]]],
    ['one edge', 2, [edge(0, 1)], [[0, 1]]],
  ])('works for %s', (_, size, edges, expected) => {
    expect(parts(size, edges)).toEqual(expected);
  });
});
