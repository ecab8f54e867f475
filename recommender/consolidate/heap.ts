/** The least first. */
export class Heap<Item> {
  private readonly items: Item[] = [];

  constructor(private readonly compare: (a: Item, b: Item) => number) {}

  push(item: Item): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isLess(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  pop(): Item | undefined {
    const [least] = this.items;
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return least;
    this.items[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const child = right < this.items.length && this.isLess(right, left) ? right : left;
      if (child >= this.items.length || !this.isLess(child, at)) return least;
      this.swap(at, child);
      at = child;
    }
  }

  private isLess(a: number, b: number): boolean {
    const [first, second] = [this.items[a], this.items[b]];
    return first !== undefined && second !== undefined && this.compare(first, second) < 0;
  }

  private swap(a: number, b: number): void {
    const [first, second] = [this.items[a], this.items[b]];
    if (first === undefined || second === undefined) return;
    this.items[a] = second;
    this.items[b] = first;
  }
}
