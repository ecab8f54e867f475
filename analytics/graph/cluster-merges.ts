import type { Clustering } from './clustering';
import type { SimilarityGraph } from './neighbours';
import { Sums } from './sums';

/** The clusters most similar on average that a cluster looks at. */
const MOST_LOOKED_AT = 12;
/** Nats. */
const LEAST_GAIN = 1e-6;

/** By cluster, those it may merge with, and what that would gain. */
type Gains = Map<number, Map<number, number>>;

/**
 * Merges pairs of clusters that gain most by each other, and looks anew at those that changed, until no pair gains.
 *
 * @returns whether any were merged
 */
export function mergeClusters(clustering: Clustering, graph: SimilarityGraph): boolean {
  const gains = clusterGraph(clustering, graph);
  const look = (a: number, b: number) => {
    const gain = clustering.mergeGain(a, b);
    if (gain > LEAST_GAIN) {
      gains.get(a)?.set(b, gain);
      gains.get(b)?.set(a, gain);
    } else {
      // Nor would what they grow into; looking again and again at all that ever was near would be quadratic.
      gains.get(a)?.delete(b);
      gains.get(b)?.delete(a);
    }
  };
  for (const [a, others] of gains) for (const b of others.keys()) if (a < b) look(a, b);
  const best = new Map<number, number | undefined>();
  let changed: Iterable<number> = gains.keys();
  for (let any = false; ; any = true) {
    const pairs = mutualBest(gains, best, changed);
    if (pairs.length === 0) return any;
    const merged = pairs.map(([a, b]): [number, number] => {
      const [into, from] = clustering.sizeOf(a) >= clustering.sizeOf(b) ? [a, b] : [b, a];
      clustering.merge(into, from);
      return [into, from];
    });
    for (const [into, from] of merged) {
      redirect(gains, from, into);
      best.delete(from);
    }
    const stale = new Set<number>();
    for (const [into] of merged) {
      stale.add(into);
      for (const other of gains.get(into)?.keys() ?? []) {
        look(into, other);
        stale.add(other);
      }
    }
    changed = stale;
  }
}

/** Pairs that are each other's best, among those whose gains changed: the best pair of all always is one. */
function mutualBest(
  gains: Gains,
  best: Map<number, number | undefined>,
  changed: Iterable<number>,
): [number, number][] {
  const looked = [...changed].sort((a, b) => a - b);
  const again = new Set(looked);
  for (const cluster of looked) best.set(cluster, bestOf(gains.get(cluster) ?? new Map()));
  return looked.flatMap((cluster): [number, number][] => {
    const other = best.get(cluster);
    if (other === undefined || best.get(other) !== cluster) return [];
    // Both may have changed.
    return cluster < other || !again.has(other) ? [[cluster, other]] : [];
  });
}

/** The lower number among equals. */
function bestOf(gains: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  let most = LEAST_GAIN;
  for (const [cluster, gain] of gains) {
    if (gain < most || (gain === most && (best === undefined || cluster > best))) continue;
    best = cluster;
    most = gain;
  }
  return best;
}

function redirect(gains: Gains, from: number, into: number): void {
  const kept = gains.get(into);
  for (const other of gains.get(from)?.keys() ?? []) {
    gains.get(other)?.delete(from);
    if (other === into) continue;
    gains.get(other)?.set(into, 0);
    kept?.set(other, 0);
  }
  gains.delete(from);
}

/** Which clusters are near each other; gains are not known yet. */
function clusterGraph(clustering: Clustering, { starts, columnOf, values }: SimilarityGraph): Gains {
  const sums = new Sums(clustering.limit);
  const gains: Gains = new Map();
  for (let cluster = 0; cluster < clustering.limit; cluster++) {
    if (clustering.sizeOf(cluster) > 0) gains.set(cluster, new Map());
  }
  for (const [cluster, near] of gains) {
    for (const row of clustering.membersOf(cluster)) {
      const end = starts[row + 1] ?? 0;
      for (let at = starts[row] ?? 0; at < end; at++) {
        const other = clustering.of(columnOf[at] ?? 0);
        // Divided by its size: large clusters have much similarity in sum with everybody.
        if (other !== cluster) sums.add(other, (values[at] ?? 0) / clustering.sizeOf(other));
      }
    }
    for (const other of sums.takeHighest(MOST_LOOKED_AT)) {
      near.set(other, 0);
      gains.get(other)?.set(cluster, 0);
    }
  }
  return gains;
}
