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
  /** The group of the same kind it would be in otherwise. */
  readonly next?: NextBest;
  /** Id of the decision that put or keeps it here, whatever the traffic says. */
  readonly decision?: string;
}

export interface NextBest {
  /** Id of a group of this topology. */
  readonly group: string;
  /** 0 to 1: how well it would fit there, on the scale on which its own group counts as 1. */
  readonly fit: number;
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
  /** Epoch seconds: the beginning of the window of the run that first found it. */
  readonly since?: number;
  /** Of an application: the environment all of it is in. */
  readonly environment?: string;
  /** Id of the decision by which a person confirmed it. */
  readonly confirmed?: string;
}

/** Traffic from one environment into another. It ties nobody together. */
export interface Crossing {
  readonly client: string;
  readonly server: string;
  /** As `serviceKey` prints it. */
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly connections: number;
}

/** Where what the inventory or a person says and what the traffic says are not the same. */
export interface Disagreement {
  readonly workload: string;
  /** Where it is. */
  readonly group: string;
  readonly between: 'label' | 'decision';
  /** Where its traffic would put it; null for a group that does not exist. */
  readonly suggested: string | null;
  readonly reason: Reason;
}

/** What became of the groups of the run before. */
export interface GroupEvent {
  readonly kind: 'appeared' | 'vanished' | 'split' | 'merged' | 'joined' | 'left' | 'renamed';
  /** Ids of this run's groups that it is about; of the run before, where they are gone. */
  readonly groups: readonly string[];
  /** Sorted ids of the workloads that came, went or moved. */
  readonly workloads: readonly string[];
  readonly text: string;
}

/**
 * What a run of the analysis found. Every workload is in at least one group. What is optional is missing where there is
 * nothing to say, and in topologies of earlier releases.
 */
export interface Topology {
  readonly id: string;
  /** Epoch seconds; the hours analysed, end exclusive. */
  readonly window: Window;
  readonly workloads: readonly Workload[];
  /** Sorted by kind, then name. */
  readonly groups: readonly Group[];
  /** Most connections first. */
  readonly crossings?: readonly Crossing[];
  readonly disagreements?: readonly Disagreement[];
  readonly events?: readonly GroupEvent[];
  /** What the run could not see: few sensors, a short window, one direction only; the worst first. */
  readonly unseen?: readonly Reason[];
}

export interface Window {
  readonly from: number;
  readonly to: number;
}
