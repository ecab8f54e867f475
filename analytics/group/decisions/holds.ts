/** The kinds of groups that somebody can be put into. */
export type Place = 'application' | 'tier' | 'shared-service';

export interface Hold {
  /** Group id. */
  readonly group: string;
  readonly decision: string;
  /** The run it was decided on. */
  readonly topology: string;
  /** Whether the workload was named, or is meant as one of a group's members. */
  readonly named: boolean;
  /** Whether it was taken there from another application. */
  readonly away: boolean;
}

/** Who is held where, by workload id. Each new hold takes the place of what contradicts it. */
export class Holds {
  readonly of: Readonly<Record<Place, Map<string, Hold>>> = {
    application: new Map(),
    tier: new Map(),
    'shared-service': new Map(),
  };
  readonly scanners = new Set<string>();
  /** Who is no shared service, or no scanner, by the decision that says so. */
  readonly refused: Readonly<Record<'shared-service' | 'scanner', Map<string, string>>> = {
    'shared-service': new Map(),
    scanner: new Map(),
  };
  private readonly applications = new Map<string, string>();

  /** @param successor the group that one is by now */
  constructor(private readonly successor: (group: string) => string) {}

  /** A tier is held within its application. */
  placeTier(tier: string, application: string): void {
    this.applications.set(tier, application);
  }

  applicationOf(tier: string): string | undefined {
    const application = this.applications.get(tier);
    return application === undefined ? undefined : this.successor(application);
  }

  put(place: Place, workloads: readonly string[], hold: Hold): void {
    const application = place === 'tier' ? this.applicationOf(hold.group) : hold.group;
    if (application === undefined) return;
    for (const workload of workloads) {
      if (this.wasNamedBeside(workload, hold)) continue;
      this.scanners.delete(workload);
      if (place === 'shared-service') {
        this.release(workload);
        this.refused['shared-service'].delete(workload);
      } else {
        this.of['shared-service'].delete(workload);
        this.of.application.set(workload, { ...hold, group: application });
        const tier = this.of.tier.get(workload)?.group;
        if (tier !== undefined && this.applicationOf(this.successor(tier)) !== application)
          this.of.tier.delete(workload);
      }
      if (place !== 'application') this.of[place].set(workload, hold);
    }
  }

  /** Who is held in a group that was merged away is held in what it was merged into: once, after all decisions. */
  settle(): void {
    for (const holds of Object.values(this.of))
      for (const [workload, hold] of holds) holds.set(workload, { ...hold, group: this.successor(hold.group) });
  }

  confirmScanners(workloads: readonly string[]): void {
    for (const workload of workloads) {
      this.release(workload);
      this.of['shared-service'].delete(workload);
      this.refused.scanner.delete(workload);
      this.scanners.add(workload);
    }
  }

  refuse(kind: 'shared-service' | 'scanner', workloads: readonly string[], decision: string): void {
    for (const workload of workloads) {
      this.of['shared-service'].delete(workload);
      if (kind === 'scanner') this.scanners.delete(workload);
      this.refused[kind].set(workload, decision);
    }
  }

  private release(workload: string): void {
    this.of.application.delete(workload);
    this.of.tier.delete(workload);
  }

  /** Who was moved by name, before the next run showed it, is not meant by what the group still had as members. */
  private wasNamedBeside(workload: string, { named, topology }: Hold): boolean {
    if (named) return false;
    return Object.values(this.of).some((holds) => {
      const hold = holds.get(workload);
      return hold?.named === true && hold.topology === topology;
    });
  }
}
