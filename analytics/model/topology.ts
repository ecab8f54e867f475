import type { Workload } from './workload';

export type GroupKind = 'application' | 'tier' | 'shared-service' | 'scanner' | 'external' | 'unknown';

/** Why something is so, in words, with how much it counts (negative speaks against). */
export interface Reason {
  readonly text: string;
  readonly weight: number;
}

export interface Member {
  readonly workload: string;
  /** 0 to 1: how clearly it belongs here rather than in the next-best group. */
  readonly confidence: number;
}

export interface Group {
  /** Survives reruns: matched to the previous run by overlap. */
  readonly id: string;
  readonly kind: GroupKind;
  /** "shop", "postgres of shop", "dns". */
  readonly name: string;
  /** The application's id for a tier, otherwise null. */
  readonly application: string | null;
  /** Sorted by workload id. An application's members are those of its tiers. */
  readonly members: readonly Member[];
  readonly reasons: readonly Reason[];
}

/** What a run of the analysis found. Every workload is in at least one group. */
export interface Topology {
  readonly id: string;
  /** Epoch seconds; the hours analysed, end exclusive. */
  readonly window: Window;
  readonly workloads: readonly Workload[];
  /** Sorted by kind, then name. */
  readonly groups: readonly Group[];
}

export interface Window {
  readonly from: number;
  readonly to: number;
}
