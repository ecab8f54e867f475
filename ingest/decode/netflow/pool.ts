/** What a pool holds: links of a chain in the order in which they came. */
export abstract class Pooled {
  older: Pooled | undefined;
  newer: Pooled | undefined;

  constructor(readonly weight: number) {}

  /** Takes itself out of where it is, and out of the pool. */
  abstract evict(): void;
}

/**
 * What many maps hold together, oldest first: whichever of them grows, the oldest of all make room. Without it, a limit
 * per exporter would only be as good as the number of exporters somebody can pretend to be.
 *
 * A chain, because the first of a Set is found by walking over all that was deleted before it, and an iterator that is
 * kept instead keeps what it has not passed yet alive, deleted or not.
 */
export class Pool {
  private weight = 0;
  private oldest: Pooled | undefined;
  private newest: Pooled | undefined;

  constructor(private readonly capacity: number) {}

  /** @param entry which is in no pool */
  add(entry: Pooled): void {
    entry.older = this.newest;
    if (this.newest) this.newest.newer = entry;
    else this.oldest = entry;
    this.newest = entry;
    this.weight += entry.weight;
    while (this.weight > this.capacity && this.oldest) this.oldest.evict();
  }

  /** @param entry which is in this pool */
  remove(entry: Pooled): void {
    const { older, newer } = entry;
    if (older) older.newer = newer;
    else this.oldest = newer;
    if (newer) newer.older = older;
    else this.newest = older;
    entry.older = entry.newer = undefined;
    this.weight -= entry.weight;
  }
}
