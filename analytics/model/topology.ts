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
  /** It is at home in another group of this kind, and serves this one too. */
  readonly lent?: true;
  /** No traffic of its own put it here, in this run or in one that it stayed from: no evidence for the next run. */
  readonly silent?: true;
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
  /** Of a tier: "postgres", as all tiers are called whose members do the same, in whatever application. */
  readonly role?: string;
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
  /** Nothing was answered: it may have been denied. */
  readonly unanswered?: true;
  /** It is with a shared service of the other environment. */
  readonly shared?: true;
}

/** A service that many use of each other, such as gossip. It ties nobody together. */
export interface Mesh {
  /** As `serviceKey` prints it. */
  readonly service: string;
  /** For people: "consul". */
  readonly name: string;
  /** 0 to 1: of the pairs of managed workloads in the traffic, those that use it. */
  readonly share: number;
  /** Sorted ids of the workloads that both use and serve it. */
  readonly members: readonly string[];
  readonly reasons: readonly Reason[];
}

/** What nearly is a shared service: for a person to say so. */
export interface SharedCandidate {
  readonly name: string;
  /** Sorted ids of workloads. */
  readonly members: readonly string[];
  /** 0 to 1; from one half on it would be one. */
  readonly confidence: number;
  readonly reasons: readonly Reason[];
}

/** Where inventory, people and traffic do not say the same. */
export interface Disagreement {
  readonly workload: string;
  /** Where it is. */
  readonly group: string;
  readonly between: 'label' | 'decision';
  /** Where its traffic, or a label against which it is here, would put it; null for a group that does not exist. */
  readonly suggested: string | null;
  readonly reason: Reason;
}

/** A decision that this run could not hold to, in whole or in part. */
export interface UnmetDecision {
  readonly decision: string;
  /** What it was about is gone altogether. */
  readonly orphaned: boolean;
  /** Sorted ids of workloads that are gone. */
  readonly workloads: readonly string[];
  readonly text: string;
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
  /** With shared services last; most connections first. */
  readonly crossings?: readonly Crossing[];
  /** By service. */
  readonly meshes?: readonly Mesh[];
  /** The surest first; at most 20. */
  readonly candidates?: readonly SharedCandidate[];
  readonly disagreements?: readonly Disagreement[];
  /** In the order they were taken. */
  readonly unmet?: readonly UnmetDecision[];
  readonly events?: readonly GroupEvent[];
  /** Digests of what this run would have found without the one before: where the next would too, nobody moves. */
  readonly afresh?: { readonly roles: string; readonly applications: string };
  /** What the run could not see: few sensors, a short window, one direction only; the worst first. */
  readonly unseen?: readonly Reason[];
}

export interface Window {
  readonly from: number;
  readonly to: number;
}
