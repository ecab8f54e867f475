import { clusteringBeyondChance } from './clustering-beyond-chance';
import { seededRng } from './random';

const OPTIONS = { seed: 1, runs: 3 };
const NODES = Array.from({ length: 120 }, (_, node) => node);

/** Each node to `ties` others drawn from its block of so many. */
function drawn(block: number, ties: number) {
  const rng = seededRng(5);
  const pairs = new Map<number, { a: number; b: number; weight: number }>();
  for (const node of NODES) {
    for (let tie = 0; tie < ties; tie++) {
      const other = Math.floor(node / block) * block + Math.floor(rng() * block);
      const [a, b] = [Math.min(node, other), Math.max(node, other)];
      if (a !== b) pairs.set(a * NODES.length + b, { a, b, weight: 1 });
    }
  }
  return [...pairs.values()];
}

describe('clusteringBeyondChance', () => {
  it('is about one where ties are random, however well they fall apart into communities', () => {
    const ratio = clusteringBeyondChance(NODES, drawn(120, 1), OPTIONS);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('is more where ties keep to communities, if sparse', () => {
    expect(clusteringBeyondChance(NODES, drawn(10, 2), OPTIONS)).toBeGreaterThan(1.3);
  });
});
