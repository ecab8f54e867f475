/** 97.5 % quantile of the normal distribution. */
const Z = 1.96;

/**
 * Lower end of the 95 % Wilson interval of a share (Wilson 1927): how much of it the number of trials supports. 15 of
 * 15 are 0.80, 100 of 100 are 0.96.
 */
export function leastShare(hits: number, trials: number): number {
  if (trials === 0) return 0;
  const share = Math.min(1, hits / trials);
  const centre = share + Z ** 2 / (2 * trials);
  const margin = Z * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return Math.max(0, (centre - margin) / (1 + Z ** 2 / trials));
}

/** Two digits, and never quite certain. */
export function confidenceOf(share: number): number {
  return Math.round(Math.min(0.99, share) * 100) / 100;
}
