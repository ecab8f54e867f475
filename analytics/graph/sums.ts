/** Sums by number, taken again and again: an array and what of it was touched, a tenth of the cost of a Map each time. */
export class Sums {
  private readonly sums: Float64Array;
  private readonly touched: Uint32Array;
  private count = 0;

  /** @param numbers are below */
  constructor(numbers: number) {
    this.sums = new Float64Array(numbers);
    this.touched = new Uint32Array(numbers);
  }

  /** @param value above 0 */
  add(number: number, value: number): void {
    const sum = this.sums[number] ?? 0;
    if (sum === 0) this.touched[this.count++] = number;
    this.sums[number] = sum + value;
  }

  /** All in the order they came first; none is left. */
  take(visit: (number: number, sum: number) => void): void {
    const { sums, touched, count } = this;
    for (let at = 0; at < count; at++) {
      const number = touched[at] ?? 0;
      visit(number, sums[number] ?? 0);
      sums[number] = 0;
    }
    this.count = 0;
  }

  /** The numbers of the highest sums, the lower number first among equals; none is left. */
  takeHighest(most: number): number[] {
    const highest: number[] = [];
    for (let at = 0; at < this.count; at++) {
      const number = this.touched[at] ?? 0;
      let place = highest.length;
      while (place > 0 && this.isBefore(number, highest[place - 1] ?? 0)) place--;
      if (place === most) continue;
      highest.splice(place, 0, number);
      if (highest.length > most) highest.pop();
    }
    for (let at = 0; at < this.count; at++) this.sums[this.touched[at] ?? 0] = 0;
    this.count = 0;
    return highest;
  }

  private isBefore(a: number, b: number): boolean {
    const difference = (this.sums[a] ?? 0) - (this.sums[b] ?? 0);
    return difference > 0 || (difference === 0 && a < b);
  }
}
