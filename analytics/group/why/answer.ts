import type { GroupDecision } from '../../model/group-decision';
import type { Disagreement, Reason, UnmetDecision, Window } from '../../model/topology';
import type { Workload } from '../../model/workload';
import type { GroupName } from '../history/diff';

/** Everything that is known of why a workload is in its groups. */
export interface GroupAnswer {
  readonly workload: Pick<Workload, 'id' | 'name' | 'kind' | 'addresses' | 'labels' | 'users'>;
  /** The run that is explained. */
  readonly topology: string;
  readonly window: Window;
  /** Its own groups before those it is lent to; applications before tiers. */
  readonly groups: readonly Membership[];
  /** Whom it talks to, those it has most peers among first. */
  readonly ties: readonly Tie[];
  /** How it compares to the others of its tier or shared service; null where there are no others. */
  readonly likeness: Likeness | null;
  /** Labels that say where it belongs, and whether the groups follow them. */
  readonly labels: readonly Reason[];
  /** Decisions that name it, or that put or keep it where it is, the oldest first; undone ones too. */
  readonly decisions: readonly GroupDecision[];
  /** Where what labels or people say and what the traffic says are not the same. */
  readonly disagreements: readonly Disagreement[];
  readonly unmet: readonly UnmetDecision[];
}

export interface Membership extends GroupName {
  readonly members: number;
  /** 0 to 1: how clearly it belongs here rather than in the next-best group. */
  readonly confidence: number;
  readonly next?: GroupName & { readonly fit: number };
  /** At home elsewhere, and serving this group too. */
  readonly lent: boolean;
  /** Ids of decisions. */
  readonly decision?: string;
  readonly confirmed?: string;
  readonly since?: number;
  /** Of a tier, and the tiers of other applications that have the same. */
  readonly role?: string;
  readonly sameRole?: readonly GroupName[];
  /** Of the whole group, what speaks most for it first. */
  readonly reasons: readonly Reason[];
}

/** What it does with the workloads of one group. */
export interface Tie extends GroupName {
  readonly peers: number;
  readonly connections: number;
  /** The most used first. */
  readonly services: readonly TiedService[];
}

export interface TiedService {
  /** As `serviceKey` prints it. */
  readonly service: string;
  /** For people: `postgres`. */
  readonly name: string;
  /** Which end the workload is. */
  readonly side: 'client' | 'server';
  readonly peers: number;
  readonly connections: number;
}

export interface Likeness extends GroupName {
  /** The others, the workload itself not counted. */
  readonly others: number;
  /** What it does and most others do. */
  readonly common: readonly SharedHabit[];
  /** What it does and few others do: this speaks against it. */
  readonly own: readonly SharedHabit[];
  /** What most others do and it does not: this too. */
  readonly lacking: readonly SharedHabit[];
}

export interface SharedHabit {
  readonly service: string;
  readonly name: string;
  readonly side: 'client' | 'server';
  /** How many of the others do it. */
  readonly others: number;
  /** 0 to 1: of the managed workloads outside the group, the share that does it too. */
  readonly elsewhere: number;
}
