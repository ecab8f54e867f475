import type { Clustering } from './clustering';
import type { SimilarityGraph } from './neighbours';
import { Sums } from './sums';

/** Rows may move back and forth for ever by rounding alone. */
const MOST_SWEEPS = 2;
/** The clusters most of a row's similarity is with. */
const MOST_LOOKED_AT = 4;
/** Nats. */
const LEAST_GAIN = 1e-6;

/** @returns whether any row moved */
export function moveRows(clustering: Clustering, { starts, columnOf, values }: SimilarityGraph): boolean {
  const sums = new Sums(clustering.limit);
  let queue = Uint32Array.from({ length: clustering.rows }, (_, row) => row);
  let any = false;
  for (let sweep = 0; sweep < MOST_SWEEPS && queue.length > 0; sweep++) {
    const unsettled = new Uint8Array(clustering.rows);
    for (const row of queue) {
      const before = clustering.of(row);
      const after = settle(row);
      if (after === before) continue;
      any = true;
      const end = starts[row + 1] ?? 0;
      for (let at = starts[row] ?? 0; at < end; at++) {
        const other = columnOf[at] ?? 0;
        if (clustering.of(other) !== after) unsettled[other] = 1;
      }
    }
    queue = Uint32Array.from(unsettled.keys()).filter((row) => unsettled[row] === 1);
  }
  return any;

  /** @returns where the row is then */
  function settle(row: number): number {
    const own = clustering.of(row);
    const near = nearest(row);
    // Most rows, once there are clusters: all that is like it is where it is.
    if (near.length === 0) return own;
    let best = { cluster: own, gain: clustering.gainOf(row, own) };
    for (const cluster of near) {
      const gain = clustering.gainOf(row, cluster);
      if (gain > best.gain + LEAST_GAIN) best = { cluster, gain };
    }
    if (best.gain < -LEAST_GAIN) best = { cluster: clustering.emptyCluster(), gain: 0 };
    if (best.cluster !== own) clustering.move(row, best.cluster);
    return best.cluster;
  }

  /** Other clusters than its own, those it has most similarity with. */
  function nearest(row: number): number[] {
    const own = clustering.of(row);
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at++) {
      const cluster = clustering.of(columnOf[at] ?? 0);
      if (cluster !== own) sums.add(cluster, values[at] ?? 0);
    }
    return sums.takeHighest(MOST_LOOKED_AT);
  }
}
