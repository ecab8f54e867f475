/**
 * How many templates may be compiled. One takes 1 to 3 ms, so a flood of ever new ones would keep a core busy for long
 * after it. There is enough to begin with for every template that exporters have; beyond it, compilations are earned by
 * what exporters send, so that they cost about as much as decoding does. That needs no clock, and holds for files too.
 */
export class CompileBudget {
  private left: number;
  private bytes = 0;

  /** @param whole what all exporters have together */
  constructor(
    private readonly capacity: number,
    private readonly whole?: CompileBudget,
  ) {
    this.left = capacity;
  }

  earn(bytes: number): void {
    this.whole?.earn(bytes);
    if (this.left >= this.capacity) return;
    this.bytes += bytes;
    if (this.bytes < BYTES_PER_TEMPLATE) return;
    this.bytes -= BYTES_PER_TEMPLATE;
    this.left++;
  }

  get empty(): boolean {
    return this.left === 0 || this.whole?.empty === true;
  }

  /** @returns false, and takes nothing, when there is none left */
  spend(): boolean {
    if (this.empty) return false;
    this.left--;
    this.whole?.spend();
    return true;
  }
}

/** What is decoded in a millisecond. */
const BYTES_PER_TEMPLATE = 1 << 20;
