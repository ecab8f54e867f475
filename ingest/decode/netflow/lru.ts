import { Pooled, type Pool } from './pool';

class Entry<K, V> extends Pooled {
  constructor(
    readonly key: K,
    readonly value: V,
    weight: number,
    private readonly onEvict: (key: K) => void,
  ) {
    super(weight);
  }

  evict(): void {
    this.onEvict(this.key);
  }
}

interface LruLimits {
  readonly entries: number;
  /** Of all entries together. */
  readonly weight?: number;
}

/**
 * A map of bounded size: what was not used for longest makes room, and is handed to `onEvict`. Every step takes the same
 * time however much it holds.
 */
export class LruMap<K, V> {
  private readonly entries = new Map<K, Entry<K, V>>();
  private readonly evictKey = (key: K): void => this.evict(key);
  private readonly limits: LruLimits;
  private weight = 0;

  /** @param pool what it shares with others, which may evict from here as well */
  constructor(
    limits: LruLimits | number,
    private readonly onEvict: (value: V, key: K) => void,
    private readonly pool?: Pool,
  ) {
    this.limits = typeof limits === 'number' ? { entries: limits } : limits;
  }

  get size(): number {
    return this.entries.size;
  }

  /** Looks without making the entry the most recently used. */
  peek(key: K): V | undefined {
    return this.entries.get(key)?.value;
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.remove(key, entry);
    this.insert(key, entry);
    return entry.value;
  }

  set(key: K, value: V, weight = 1): void {
    this.delete(key);
    this.insert(key, new Entry(key, value, weight, this.evictKey));
    const { entries, weight: most = Infinity } = this.limits;
    while (this.entries.size > entries || this.weight > most) {
      const oldest = this.oldest();
      if (oldest === undefined) return;
      this.evict(oldest[0]);
    }
  }

  delete(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.remove(key, entry);
    return entry?.value;
  }

  /** Takes everything out; `onEvict` does not hear of it. */
  clear(): V[] {
    const values: V[] = [];
    for (const [key, entry] of this.entries) {
      this.remove(key, entry);
      values.push(entry.value);
    }
    return values;
  }

  oldest(): readonly [K, V] | undefined {
    for (const [key, { value }] of this.entries) return [key, value];
    return undefined;
  }

  keys(): IterableIterator<K> {
    return this.entries.keys();
  }

  *values(): Generator<V, void, undefined> {
    for (const { value } of this.entries.values()) yield value;
  }

  private evict(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.remove(key, entry);
    this.onEvict(entry.value, key);
  }

  private insert(key: K, entry: Entry<K, V>): void {
    this.entries.set(key, entry);
    this.weight += entry.weight;
    this.pool?.add(entry);
  }

  private remove(key: K, entry: Entry<K, V>): void {
    this.entries.delete(key);
    this.weight -= entry.weight;
    this.pool?.remove(entry);
  }
}
