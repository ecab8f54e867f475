import { findCommunities } from './communities';
import type { WeightedEdge } from './communication';

const clique = (members: readonly number[], weight = 1): WeightedEdge[] =>
  members.flatMap((a) => members.filter((b) => a < b).map((b) => ({ a, b, weight })));

const options = { seed: 1, runs: 5 };

describe('findCommunities', () => {
  const left = [0, 1, 2, 3];
  const right = [10, 11, 12, 13];
  const edges = [...clique(left), ...clique(right), { a: 3, b: 10, weight: 0.5 }];

  it('finds two cliques behind a thin bridge, without doubt', () => {
    expect(findCommunities([...left, ...right], edges, options)).toEqual([
      { members: left, agreement: [1, 1, 1, 1] },
      { members: right, agreement: [1, 1, 1, 1] },
    ]);
  });

  it('gives the same for the same graph told in another order', () => {
    const told = findCommunities([...right, ...left].reverse(), [...edges].reverse().map(({ a, b, weight }) => ({ a: b, b: a, weight })), options);
    expect(told).toEqual(findCommunities([...left, ...right], edges, options));
  });

  it('leaves who talks to nobody alone', () => {
    expect(findCommunities([5, 4], [], options)).toEqual([
      { members: [4], agreement: [1] },
      { members: [5], agreement: [1] },
    ]);
    expect(findCommunities([], [], options)).toEqual([]);
  });

  it('shows a near-tie as low agreement', () => {
    const torn = [...clique(left), ...clique(right), ...left.map((a) => ({ a, b: 20, weight: 1 })), ...right.map((b) => ({ a: 20, b, weight: 1 }))];
    const found = findCommunities([...left, 20, ...right], torn, { seed: 1, runs: 25 });
    const of = found.find(({ members }) => members.includes(20));
    const sure = found.flatMap(({ members, agreement }) => members.flatMap((node, at) => (node === 0 || node === 13 ? [agreement[at]] : [])));
    expect(of?.agreement[of.members.indexOf(20)]).toBeLessThan(Math.min(...sure.map((agreement) => agreement ?? 0)));
  });
});
