import type { Landscape } from './landscape';
import type { SortedSet } from './sorted-sets';

const BITS = 32;

/** Which known client reaches which known service, as far as rules were added: what several open counts once. */
export class Coverage {
  private readonly rows = new Map<number, Uint32Array>();
  private count = 0;
  private attackable = 0;

  constructor(private readonly landscape: Landscape) {}

  /** Pairs of a known client and another's service that are open. */
  get open(): number {
    return this.count;
  }

  /** Of them, what counts as attack surface. */
  get surface(): number {
    return this.attackable;
  }

  /** @returns how many pairs were not open before */
  add(clients: SortedSet, targets: SortedSet): number {
    const before = this.count;
    for (const target of targets) {
      const fresh = this.newlyOpen(target, clients);
      this.count += this.landscape.openings(fresh, [target]);
      this.attackable += this.landscape.attackable(fresh, [target]);
    }
    return this.count - before;
  }

  private newlyOpen(target: number, clients: SortedSet): number[] {
    let row = this.rows.get(target);
    if (!row)
      this.rows.set(target, (row = new Uint32Array(Math.ceil(this.landscape.everything.clients.length / BITS))));
    const fresh: number[] = [];
    for (const place of clients) {
      const word = row[place >> 5] ?? 0;
      const bit = 1 << (place & (BITS - 1));
      if ((word & bit) !== 0) continue;
      row[place >> 5] = word | bit;
      fresh.push(place);
    }
    return fresh;
  }
}
