import { lnGamma, lnRising } from './gamma';

/** How likely partitions are before anything is seen. */
export interface PartitionPrior {
  /** ln of how much likelier two clusters of such sizes are as one. */
  mergeGain(a: number, b: number): number;
}

/** All partitions are equally likely. */
export const UNIFORM: PartitionPrior = { mergeGain: () => 0 };

export interface Restaurant extends PartitionPrior {
  /** ln of the probability of the partition it was learned from. */
  readonly evidence: number;
}

/** At most one in four comes to a table of its own, or everybody alone would be an explanation: two or three a table. */
const MOST_ALONE = 1 / 4;

/**
 * The Chinese restaurant process under which clusters of such sizes are likeliest. Its concentration must be learned: at
 * 1, three hundred hosts are expected in six clusters.
 */
export function learnRestaurant(sizes: readonly number[]): Restaurant {
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const seated = sizes.reduce((sum, size) => sum + lnGamma(size), 0);
  let best = { concentration: 1, evidence: -Infinity };
  for (let concentration = 1 / 2; concentration <= Math.max(1, rows * MOST_ALONE); concentration *= 2) {
    const evidence = seated + sizes.length * Math.log(concentration) - lnRising(concentration, rows);
    if (evidence > best.evidence) best = { concentration, evidence };
  }
  return { ...restaurant(best.concentration), evidence: best.evidence };
}

export function restaurant(concentration: number): PartitionPrior {
  const table = Math.log(concentration);
  return {
    mergeGain: (a, b) => (b === 1 ? Math.log(a) : lnGamma(a + b) - lnGamma(a) - lnGamma(b)) - table,
  };
}
