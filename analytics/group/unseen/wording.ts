const EXAMPLES = 3;

/** `a, b, c and 9 more`. */
export function some(names: readonly string[]): string {
  const more = names.length - EXAMPLES;
  return `${names.slice(0, EXAMPLES).join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}

/** `12 of 80 (15 %)`. */
export function shareOf(part: number, whole: number): string {
  const percent = Math.round((100 * part) / whole);
  return `${part.toLocaleString('en-US')} of ${whole.toLocaleString('en-US')} (${percent > 0 ? percent : 'under 1'} %)`;
}

/** `90 minutes`, `26 hours`, `1.9 days`. @param seconds how long */
export function duration(seconds: number): string {
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 36 * 3600 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 8640) / 10} days`;
}
