import { CountTables } from './count-tables';

/** Numbers pairs of numbers as they first appear. Unlike a Map of keys made of both, it makes no garbage. */
export class PairNumbers {
  /** By number of the pair. */
  readonly firsts: number[] = [];
  private readonly numbers: CountTables;

  /**
   * @param firsts they are below
   * @param pairs expected, more or less
   */
  constructor(firsts: number, pairs: number) {
    this.numbers = new CountTables(firsts, 2 * pairs);
  }

  of(first: number, second: number): number {
    const known = this.numbers.countOf(first, second);
    if (known > 0) return known - 1;
    this.numbers.add(first, second, this.firsts.push(first));
    return this.firsts.length - 1;
  }

  has(first: number, second: number): boolean {
    return this.numbers.countOf(first, second) > 0;
  }
}
