import { LruMap } from './lru';
import type { Pool } from './pool';
import type { Template } from './template';

/** A data set that cannot be decoded yet, with what its datagram said. */
export interface WaitingSet {
  /** What it waits for: a template of this id, or that one is compiled. */
  readonly for: number | Template;
  /** The records, copied out of the datagram. */
  readonly records: Uint8Array;
  /** Where they were in it. */
  readonly offset: number;
  readonly receivedMicros: number;
  readonly steadyMillis: number;
  readonly exportedMicros: number;
  readonly uptimeMillis: number | undefined;
}

/** Data sets that wait, oldest first; bounded, the oldest give way. */
export class WaitingRoom {
  private readonly sets: LruMap<number, WaitingSet>;
  private readonly serials = new Map<number | Template, Set<number>>();
  private serial = 0;

  /** @param onGiveUp hears of those that had to go, which may be one just added */
  constructor(
    limits: { readonly sets: number; readonly bytes: number },
    pool: Pool,
    onGiveUp: (set: WaitingSet) => void,
  ) {
    this.sets = new LruMap(
      { entries: limits.sets, weight: limits.bytes },
      (set, serial) => {
        this.unlist(set, serial);
        onGiveUp(set);
      },
      pool,
    );
  }

  get size(): number {
    return this.sets.size;
  }

  add(set: WaitingSet): void {
    const serial = this.serial++;
    const listed = this.serials.get(set.for);
    if (listed) listed.add(serial);
    else this.serials.set(set.for, new Set([serial]));
    // A set has a header and we have our own overhead: empty sets must weigh something too.
    this.sets.set(serial, set, set.records.length + SET_OVERHEAD);
  }

  has(awaited: number | Template): boolean {
    return this.serials.has(awaited);
  }

  /** Takes out those that wait for this, oldest first. */
  take(awaited: number | Template): readonly WaitingSet[] {
    const serials = this.serials.get(awaited);
    if (!serials) return [];
    this.serials.delete(awaited);
    return [...serials].map((serial) => this.sets.delete(serial)).filter((set) => set !== undefined);
  }

  /** Takes out those that came before then, or all. */
  takeBefore(steadyMillis = Infinity): readonly WaitingSet[] {
    const taken: WaitingSet[] = [];
    for (;;) {
      const oldest = this.sets.oldest();
      if (!oldest || oldest[1].steadyMillis >= steadyMillis) return taken;
      const [serial, set] = oldest;
      this.sets.delete(serial);
      this.unlist(set, serial);
      taken.push(set);
    }
  }

  private unlist(set: WaitingSet, serial: number): void {
    const listed = this.serials.get(set.for);
    if (listed?.delete(serial) === true && listed.size === 0) this.serials.delete(set.for);
  }
}

const SET_OVERHEAD = 200;
