const HALF_LN_2_PI = 0.9189385332046727;

/** ln Γ(x) for x > 0: recurrence up to 7, then Stirling's series (DLMF 5.11.1); error below 1e-9. */
export function lnGamma(x: number): number {
  let product = 1;
  let y = x;
  for (; y < 7; y++) product *= y;
  return stirling(y) - Math.log(product);
}

/** Up to here the logarithm of one product is faster than Stirling's series. */
const MOST_FACTORS = 8;

/** ln Γ(x + n) - ln Γ(x): the logarithm of a rising factorial, for x > 0 and n >= 0, n not necessarily whole. */
export function lnRising(x: number, n: number): number {
  let product = 1;
  if (n <= MOST_FACTORS && n === Math.floor(n)) {
    for (let factor = 0; factor < n; factor++) product *= x + factor;
    return Math.log(product);
  }
  let [low, high] = [x, x + n];
  for (; low < 7; low++) product *= low;
  for (; high < 7; high++) product /= high;
  return stirling(high) - stirling(low) + (product === 1 ? 0 : Math.log(product));
}

function stirling(y: number): number {
  const inverse = 1 / (y * y);
  const series = (1 / 12 - inverse * (1 / 360 - inverse / 1260)) / y;
  return (y - 0.5) * Math.log(y) - y + HALF_LN_2_PI + series;
}
