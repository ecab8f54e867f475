/** Feature to weight. */
export type Profile = ReadonlyMap<string, number>;

/** Where to stop merging: at a similarity, or at so many clusters. */
export type Cut = { readonly similarity: number } | { readonly clusters: number };

/** The matrix of all pairs is kept in memory. */
const MOST_ITEMS = 6_000;

/**
 * Average-link agglomeration of profiles by cosine, over all pairs: the plain method of the textbooks, against which
 * others are held. Quadratic in memory.
 *
 * @returns cluster of each profile, by number
 * @throws RangeError over 6,000 profiles
 */
export function averageLink(profiles: readonly Profile[], cut: Cut): number[] {
  const count = profiles.length;
  if (count > MOST_ITEMS) throw new RangeError(`${count} profiles, expected at most ${MOST_ITEMS}`);
  const similar = cosines(profiles);
  const sizes = new Float64Array(count).fill(1);
  const parents = Array.from({ length: count }, (_, i) => i);
  const merges = chains(similar, sizes, count).sort((a, b) => b.similarity - a.similarity);
  const wanted =
    'similarity' in cut
      ? merges.filter(({ similarity }) => similarity >= cut.similarity)
      : merges.slice(0, Math.max(0, count - cut.clusters));
  const find = (item: number): number => {
    const parent = parents[item] ?? item;
    return parent === item ? item : find(parent);
  };
  for (const { a, b } of wanted) parents[find(a)] = find(b);
  return parents.map((_, item) => find(item));
}

interface Merge {
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

/** Nearest-neighbour chains (Murtagh 1983), with the means of merged clusters after Lance and Williams 1967. */
function chains(similar: Float32Array, sizes: Float64Array, count: number): Merge[] {
  const merges: Merge[] = [];
  const alive = new Set(sizes.keys());
  const at = (a: number, b: number) => similar[a * count + b] ?? 0;
  const chain: number[] = [];
  while (alive.size > 1) {
    const [any = 0] = alive;
    const top = chain.at(-1) ?? any;
    if (chain.length === 0) chain.push(top);
    const before = chain.at(-2) ?? -1;
    let best = before;
    let most = before < 0 ? -1 : at(top, before);
    for (const other of alive) {
      if (other === top || at(top, other) <= most) continue;
      best = other;
      most = at(top, other);
    }
    if (best !== before) {
      chain.push(best);
      continue;
    }
    chain.length -= 2;
    merges.push({ a: top, b: best, similarity: most });
    const [into, from] = [sizes[top] ?? 1, sizes[best] ?? 1];
    for (const other of alive) {
      const mean = (into * at(top, other) + from * at(best, other)) / (into + from);
      similar[top * count + other] = mean;
      similar[other * count + top] = mean;
    }
    sizes[top] = into + from;
    alive.delete(best);
  }
  return merges;
}

function cosines(profiles: readonly Profile[]): Float32Array {
  const count = profiles.length;
  const similar = new Float32Array(count * count);
  const norms = profiles.map((profile) => Math.hypot(...profile.values()));
  const holders = new Map<string, [number, number][]>();
  for (const [item, profile] of profiles.entries()) {
    for (const [feature, weight] of profile) {
      const known = holders.get(feature) ?? [];
      known.push([item, weight / (norms[item] || 1)]);
      holders.set(feature, known);
    }
  }
  for (const found of holders.values()) {
    for (const [a, x] of found)
      for (const [b, y] of found) similar[a * count + b] = (similar[a * count + b] ?? 0) + x * y;
  }
  return similar;
}
