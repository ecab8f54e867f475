/** An address and whose it was for a time; epoch seconds, `until` exclusive. */
export interface OwnedAddress {
  readonly address: string;
  readonly scope: string;
  readonly since: number;
  readonly until: number;
  readonly workload: string;
}

interface Stretch {
  readonly scope: string;
  /** Where it begins and ends in the arrays. */
  readonly first: number;
  last: number;
}

/**
 * Who had which address when, for lookups by the million: arrays of numbers, and each id once. A million rows take about
 * 20 MB beside their ids and addresses.
 */
export class Timeline {
  private readonly byAddress = new Map<string, Stretch[]>();
  private readonly since: number[] = [];
  private readonly until: number[] = [];
  private readonly owner: number[] = [];
  private readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** Owners of one address in one scope come together, by time. */
  add({ address, scope, since, until, workload }: OwnedAddress): void {
    let stretches = this.byAddress.get(address);
    if (!stretches) this.byAddress.set(address, (stretches = []));
    let stretch = stretches.at(-1);
    if (stretch?.scope !== scope) stretches.push((stretch = { scope, first: this.since.length, last: 0 }));
    this.since.push(since);
    this.until.push(until);
    this.owner.push(this.numberOf(workload));
    stretch.last = this.since.length;
  }

  get size(): number {
    return this.since.length;
  }

  /**
   * Whose an address was. Who has no scope, or one of which nobody has the address, means the unscoped owner, and
   * failing that the owner in the only scope that has the address: a router does not know the names of VPCs.
   */
  at(address: string, scope: string, seconds: number): string | undefined {
    const stretches = this.byAddress.get(address);
    if (!stretches) return undefined;
    let other: string | undefined;
    let others = 0;
    let unscoped: string | undefined;
    for (const stretch of stretches) {
      const found = this.within(stretch, seconds);
      if (found === undefined) continue;
      if (stretch.scope === scope) return found;
      if (stretch.scope === '') unscoped = found;
      else {
        other = found;
        others++;
      }
    }
    return unscoped ?? (others === 1 ? other : undefined);
  }

  /** Every address of every workload, each once. */
  *addresses(): Generator<readonly [workload: string, address: string]> {
    for (const [address, stretches] of this.byAddress) {
      const seen = new Set<number>();
      for (const { first, last } of stretches)
        for (let at = first; at < last; at++) {
          const owner = this.owner[at] ?? 0;
          if (!seen.has(owner)) yield [this.ids[owner] ?? '', address];
          seen.add(owner);
        }
    }
  }

  private numberOf(workload: string): number {
    let number = this.numbers.get(workload);
    if (number === undefined) {
      this.numbers.set(workload, (number = this.ids.length));
      this.ids.push(workload);
    }
    return number;
  }

  private within({ first, last }: Stretch, seconds: number): string | undefined {
    let [low, high] = [first, last];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.since[middle] ?? 0) <= seconds) low = middle + 1;
      else high = middle;
    }
    if (low === first || (this.until[low - 1] ?? 0) <= seconds) return undefined;
    return this.ids[this.owner[low - 1] ?? 0];
  }
}
