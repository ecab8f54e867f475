/** Gaps of a sequence that may still be filled: the latest few, since what comes late comes soon. */
const MOST_GAPS = 16;

/** What is missing from a sequence of numbers modulo 2^32. */
export class Gaps {
  private known: { readonly from: number; readonly count: number }[] = [];

  add(from: number, count: number): void {
    this.known.push({ from, count });
    if (this.known.length > MOST_GAPS) this.known.shift();
  }

  clear(): void {
    this.known = [];
  }

  /** Takes out what came late. @returns how much of it was missing */
  fill(from: number, count: number): number {
    let filled = 0;
    this.known = this.known.flatMap((gap) => {
      const start = (from - gap.from) | 0;
      const first = Math.max(0, start);
      const end = Math.min(gap.count, start + count);
      if (first >= end) return [gap];
      filled += end - first;
      return [
        { from: gap.from, count: first },
        { from: gap.from + end, count: gap.count - end },
      ].filter((rest) => rest.count > 0);
    });
    return filled;
  }
}
