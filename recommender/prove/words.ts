/** "0.3 %": two digits that count, for small shares matter. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
