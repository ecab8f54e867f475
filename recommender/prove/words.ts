/** "0.3 %": two digits that count, for small shares matter. */
export function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-US', { maximumSignificantDigits: 2, useGrouping: false })} %`;
}
