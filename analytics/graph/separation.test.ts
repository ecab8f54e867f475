import { separate, type TrafficEdge } from './separation';

const edge = (a: number, b: number, weight = 1): TrafficEdge => ({ a, b, weight, traffic: weight });
const clique = (members: readonly number[]): TrafficEdge[] =>
  members.flatMap((a) => members.filter((b) => a < b).map((b) => edge(a, b)));
const across = (left: readonly number[], right: readonly number[]) => left.flatMap((a) => right.map((b) => edge(a, b)));
const nodesOf = (edges: readonly TrafficEdge[]) => [...new Set(edges.flatMap(({ a, b }) => [a, b]))];
const parts = (edges: readonly TrafficEdge[], sharable: readonly number[] = []) =>
  separate(nodesOf(edges), edges, { seed: 1, runs: 5, mostCut: 0.25, sharable: new Set(sharable) }).map(
    ({ members }) => members,
  );

describe('separate', () => {
  it('keeps the tiers of one application together, though modularity would part them', () => {
    const [web, app, db] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ];
    expect(parts([...across(web, app), ...across(app, db)])).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('finds every small community of a large ring, below the resolution limit of modularity', () => {
    // Fortunato and Barthélemy: of a ring of 40 cliques of 5, plain modularity merges neighbours.
    const cliques = Array.from({ length: 40 }, (_, n) => Array.from({ length: 5 }, (_, i) => 5 * n + i));
    const ring = cliques.flatMap((members, n) => [...clique(members), edge(5 * n, (5 * n + 6) % 200)]);
    expect(parts(ring)).toEqual(cliques);
  });

  it('lets two applications share a database, but no application lose its own', () => {
    const [one, other, shared] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ];
    const edges = [...clique(one), ...clique(other), ...across([...one, ...other], shared)];
    expect(parts(edges)).toHaveLength(1);
    expect(parts(edges, shared).map((members) => members.filter((node) => node < 8))).toEqual([one, other]);
    expect(parts(across([0, 1, 2, 3], shared), shared)).toEqual([[0, 1, 2, 3, 8, 9]]);
  });

  it('does not let inferred ties hide a cut through traffic', () => {
    const inferred = (edges: readonly TrafficEdge[]) => edges.map((each) => ({ ...each, weight: 5, traffic: 0 }));
    const [left, right] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ];
    expect(parts([...inferred(clique(left)), ...inferred(clique(right))])).toEqual([left, right]);
    expect(parts([...inferred(clique(left)), ...inferred(clique(right)), ...across(left, right)])).toEqual([
      [...left, ...right],
    ]);
  });
});
