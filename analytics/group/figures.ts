/** `37 %`, as sentences tell a share of 1. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** To three digits, as topologies carry weights and confidences. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
