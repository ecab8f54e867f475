/** A data set whose template has not come yet, with what its datagram said. */
export interface WaitingSet {
  readonly templateId: number;
  /** The records, copied out of the datagram. */
  readonly records: Uint8Array;
  /** Where they were in it. */
  readonly offset: number;
  readonly receivedMicros: number;
  readonly exportedMicros: number;
  readonly uptimeMillis: number | undefined;
}

/** Bytes that may wait over all exporters together. */
export interface WaitingBudget {
  left: number;
}

/** Data sets waiting for their templates, oldest first; bounded, the oldest give way. */
export class WaitingRoom {
  private sets: WaitingSet[] = [];
  private bytes = 0;

  constructor(
    private readonly limits: { readonly sets: number; readonly bytes: number },
    private readonly budget: WaitingBudget,
  ) {}

  get size(): number {
    return this.sets.length;
  }

  /** @returns the sets that had to go, which may be the new one */
  add(set: WaitingSet): readonly WaitingSet[] {
    this.sets.push(set);
    this.charge(set.records.length);
    const gone: WaitingSet[] = [];
    while (this.sets.length > this.limits.sets || this.bytes > this.limits.bytes || this.budget.left < 0) {
      const oldest = this.sets.shift();
      if (!oldest) break;
      this.charge(-oldest.records.length);
      gone.push(oldest);
    }
    return gone;
  }

  /** Takes out the sets of one template, or all. */
  take(templateId?: number): readonly WaitingSet[] {
    const wanted = (set: WaitingSet): boolean => templateId === undefined || set.templateId === templateId;
    const taken = this.sets.filter(wanted);
    if (taken.length === 0) return taken;
    this.sets = this.sets.filter((set) => !wanted(set));
    for (const set of taken) this.charge(-set.records.length);
    return taken;
  }

  private charge(bytes: number): void {
    this.bytes += bytes;
    this.budget.left -= bytes;
  }
}
