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
    const told = findCommunities(
      [...right, ...left].reverse(),
      [...edges].reverse().map(({ a, b, weight }) => ({ a: b, b: a, weight })),
      options,
    );
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
    // A ring can be cut anywhere.
    const ring = Array.from({ length: 12 }, (_, a) => ({ a, b: (a + 1) % 12, weight: 1 }));
    const found = findCommunities([...Array(12).keys()], ring, { seed: 1, runs: 25 });
    expect(Math.min(...found.flatMap(({ agreement }) => agreement))).toBeLessThan(0.95);
  });
});
