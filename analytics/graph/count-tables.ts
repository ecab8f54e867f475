const FREE = -1;
const LEAST_SLOTS = 4;
/** Slots per key: open addressing slows down beyond. */
const ROOM = 1.5;
/** Below this, a sum of fractions that came and went is nothing. */
const NOTHING = 1e-9;

/**
 * Many small tables of counts by key, in one: open addressing with linear probing in stretches of common arrays. Tens of
 * thousands of Maps that grow and shrink cost ten times the time, most of it in collecting garbage.
 */
export class CountTables {
  /** By slot. */
  keys = new Int32Array(0);
  counts = new Float64Array(0);
  private end = 0;
  /** By table: its first slot, how many, a power of two, and how many of them are taken. */
  private readonly firsts: Uint32Array;
  private readonly sizes: Uint32Array;
  private readonly taken: Uint32Array;
  /** First slots of stretches given up, by their size. */
  private readonly spare = new Map<number, number[]>();

  /** @param slots expected in all: more costs a copy */
  constructor(tables: number, slots: number) {
    this.firsts = new Uint32Array(tables);
    this.sizes = new Uint32Array(tables);
    this.taken = new Uint32Array(tables);
    this.reserve(slots);
  }

  /** Slots of a table, those that are free and those whose count is 0 among them. */
  slotsOf(table: number): readonly [first: number, end: number] {
    const first = this.firsts[table] ?? 0;
    return [first, first + (this.sizes[table] ?? 0)];
  }

  takenOf(table: number): number {
    return this.taken[table] ?? 0;
  }

  /** 0 where there is none. */
  countOf(table: number, key: number): number {
    const slot = this.find(table, key);
    return this.keys[slot] === key ? (this.counts[slot] ?? 0) : 0;
  }

  /** @param count may be negative */
  add(table: number, key: number, count: number): void {
    let slot = this.find(table, key);
    if (this.keys[slot] !== key) {
      const taken = (this.taken[table] ?? 0) + 1;
      if (taken * ROOM > (this.sizes[table] ?? 0)) {
        this.resize(table);
        slot = this.find(table, key);
      }
      this.keys[slot] = key;
      this.counts[slot] = 0;
      this.taken[table] = (this.taken[table] ?? 0) + 1;
    }
    const sum = (this.counts[slot] ?? 0) + count;
    this.counts[slot] = sum > NOTHING ? sum : 0;
  }

  /** Makes room for as many keys at once. */
  grow(table: number, keys: number): void {
    if (((this.taken[table] ?? 0) + keys) * ROOM > (this.sizes[table] ?? 0)) this.resize(table, keys);
  }

  clear(table: number): void {
    this.giveUp(this.firsts[table] ?? 0, this.sizes[table] ?? 0);
    this.sizes[table] = 0;
    this.taken[table] = 0;
  }

  /** The slot of a key, or where it would be; -1 in a table without slots. */
  private find(table: number, key: number): number {
    const size = this.sizes[table] ?? 0;
    if (size === 0) return -1;
    const first = this.firsts[table] ?? 0;
    const mask = size - 1;
    // Multiplicative hashing (Knuth 6.4): its high bits, since keys of one row lie close together.
    const hash = Math.imul(key, 0x9e3779b1);
    let at = (hash ^ (hash >>> 15)) & mask;
    for (; ; at = (at + 1) & mask) {
      const found = this.keys[first + at];
      if (found === key || found === FREE) return first + at;
    }
  }

  private resize(table: number, extra = 1): void {
    const [first, end] = this.slotsOf(table);
    let kept = extra;
    for (let slot = first; slot < end; slot++) if (this.keys[slot] !== FREE && this.counts[slot] !== 0) kept++;
    let size = LEAST_SLOTS;
    while (size < kept * ROOM) size *= 2;
    this.firsts[table] = this.stretch(size);
    this.sizes[table] = size;
    this.taken[table] = kept - extra;
    for (let slot = first; slot < end; slot++) {
      const key = this.keys[slot] ?? FREE;
      const count = this.counts[slot] ?? 0;
      if (key === FREE || count === 0) continue;
      const to = this.find(table, key);
      this.keys[to] = key;
      this.counts[to] = count;
    }
    this.giveUp(first, end - first);
  }

  private stretch(size: number): number {
    const first = this.spare.get(size)?.pop() ?? this.end;
    if (first === this.end) {
      this.end += size;
      this.reserve(this.end);
    }
    this.keys.fill(FREE, first, first + size);
    return first;
  }

  private giveUp(first: number, size: number): void {
    if (size === 0) return;
    const spare = this.spare.get(size);
    if (spare) spare.push(first);
    else this.spare.set(size, [first]);
  }

  private reserve(slots: number): void {
    if (slots <= this.keys.length) return;
    const size = Math.max(slots, 2 * this.keys.length);
    const keys = new Int32Array(size);
    const counts = new Float64Array(size);
    keys.set(this.keys);
    counts.set(this.counts);
    this.keys = keys;
    this.counts = counts;
  }
}
