/** The kinds of groups that somebody can be put into. */
export type Place = 'application' | 'tier' | 'shared-service';

const PLACES: readonly Place[] = ['application', 'tier', 'shared-service'];

export interface Hold {
  /** Group id. */
  readonly group: string;
  readonly decision: string;
  /** The run it was decided on. */
  readonly topology: string;
  /** Whether it is about the workload, rather than about others who leave its group. */
  readonly meant: boolean;
  /** Whether it was taken there from another application. */
  readonly away: boolean;
}

/** What a decision wanted of a workload, and the later one that wants otherwise. */
export interface Overridden {
  readonly workload: string;
  readonly decision: string;
  readonly by: string;
}

/** Who is held where, by workload id. Each new hold takes the place of what contradicts it. */
export class Holds {
  readonly of: Readonly<Record<Place, Map<string, Hold>>> = {
    application: new Map(),
    tier: new Map(),
    'shared-service': new Map(),
  };
  /** By the decision that says so, as those below. */
  readonly scanners = new Map<string, string>();
  /** Who is no shared service, or no scanner. */
  readonly refused: Readonly<Record<'shared-service' | 'scanner', Map<string, string>>> = {
    'shared-service': new Map(),
    scanner: new Map(),
  };
  private readonly displaced: (Overridden & { readonly isBack: () => boolean })[] = [];
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
    const { decision } = hold;
    for (const workload of workloads) {
      if (this.wasMeantBeside(workload, hold)) continue;
      this.retract(this.scanners, workload, decision);
      if (place === 'shared-service') {
        this.release('application', workload, decision);
        this.release('tier', workload, decision);
        this.retract(this.refused['shared-service'], workload, decision);
      } else {
        this.release('shared-service', workload, decision);
        if (!this.isHeld('application', workload, application)) this.release('application', workload, decision);
        this.of.application.set(workload, { ...hold, group: application });
        const tier = this.of.tier.get(workload)?.group;
        if (tier !== undefined && this.applicationOf(this.successor(tier)) !== application)
          this.release('tier', workload, decision);
      }
      if (place === 'application') continue;
      if (!this.isHeld(place, workload, hold.group)) this.release(place, workload, decision);
      this.of[place].set(workload, hold);
    }
  }

  /** Who is held in a group that was merged away is held in what it was merged into: once, after all decisions. */
  settle(): void {
    for (const holds of Object.values(this.of))
      for (const [workload, hold] of holds) holds.set(workload, { ...hold, group: this.successor(hold.group) });
  }

  confirmScanners(workloads: readonly string[], decision: string): void {
    for (const workload of workloads) {
      for (const place of PLACES) this.release(place, workload, decision);
      this.retract(this.refused.scanner, workload, decision);
      this.scanners.set(workload, decision);
    }
  }

  refuse(kind: 'shared-service' | 'scanner', workloads: readonly string[], decision: string): void {
    for (const workload of workloads) {
      this.release('shared-service', workload, decision);
      if (kind === 'scanner') this.retract(this.scanners, workload, decision);
      this.refused[kind].set(workload, decision);
    }
  }

  /** What later decisions took the place of, and none put back: once all are in. */
  overridden(): Overridden[] {
    return this.displaced.flatMap(({ isBack, ...found }) => (isBack() ? [] : [found]));
  }

  private isHeld(place: Place, workload: string, group: string): boolean {
    const held = this.of[place].get(workload);
    return held !== undefined && this.successor(held.group) === this.successor(group);
  }

  /** For a decision that wants it elsewhere; what a split only left behind, nobody misses. */
  private release(place: Place, workload: string, by: string): void {
    const held = this.of[place].get(workload);
    if (!held || !this.of[place].delete(workload) || !held.meant) return;
    const isBack = () => this.isHeld(place, workload, held.group);
    this.displaced.push({ workload, decision: held.decision, by, isBack });
  }

  /** For a decision that says the contrary. */
  private retract(from: Map<string, string>, workload: string, by: string): void {
    const decision = from.get(workload);
    if (decision === undefined || !from.delete(workload)) return;
    this.displaced.push({ workload, decision, by, isBack: () => from.has(workload) });
  }

  /** Who was put somewhere in the same run is not meant by what a split leaves behind, for all that it still was a member. */
  private wasMeantBeside(workload: string, { meant, topology }: Hold): boolean {
    if (meant) return false;
    return PLACES.some((place) => {
      const hold = this.of[place].get(workload);
      return hold?.meant === true && hold.topology === topology;
    });
  }
}
