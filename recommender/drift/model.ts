import type { Window } from '../../analytics/model/topology';
import type { Policy, PolicyGroup, Refusal, Section } from '../model/policy';

/** What can come between a policy and the traffic it was made for; the most dangerous first. */
export const FINDING_KINDS = [
  /** An address that a group was frozen with belongs to a workload that is not of that group. */
  'address-moved',
  /** Legitimate use that no rule covers. */
  'new-use',
  /** A rule's use went over to another port or server. */
  'service-moved',
  /** Tries that the policy or a firewall denies and nobody answers. */
  'denied-attempts',
  /** Members joined or left. */
  'group-changed',
  /** No use of a rule for longer than its habit. */
  'rule-quiet',
  /** An exporter that rules rest on is not heard: what it would report cannot be called quiet. */
  'telemetry-gap',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface ApplicationRef {
  /** Group id. */
  readonly id: string;
  readonly name: string;
}

export interface Finding {
  /** Stable over evaluations and revisions: derived from what it is about. */
  readonly id: string;
  readonly kind: FindingKind;
  /** Null for what no single application is concerned by. */
  readonly application: ApplicationRef | null;
  readonly severity: Severity;
  /** Why it is as severe as it is: "seen in 9 hours, from 3 clients". */
  readonly because: string;
  /** "no rule covers what is used: web of shop may reach db of shop on redis (6379/tcp)". */
  readonly words: string;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly connections: number;
  /** Names of the workloads, addresses or exporters it is about, sorted, at most `NAMED`. */
  readonly who: readonly string[];
  /** How many there are. */
  readonly whoCount: number;
  /**
   * In the filter language: what `wayleave conversations` takes to show what is behind it, with more of the same networks
   * where it is about many addresses. Empty where there is nothing to show.
   */
  readonly filter: string;
  /** Names of the workloads at either end that are in no group of the policy, sorted, at most `NAMED`; missing without any. */
  readonly groupless?: readonly string[];
  /** Ids of the policy's rules it is about. */
  readonly rules: readonly string[];
  /** Id of the delta's rule that would cover it. */
  readonly proposed?: string;
  readonly dismissed?: Dismissal;
}

/** Somebody looked at a finding and lets it be, until it changes materially. */
export interface Dismissal {
  readonly by: string;
  readonly reason: string;
  /** Epoch seconds. */
  readonly at: number;
}

/** What the findings ask to be added, as rules and groups of a policy. */
export interface Delta {
  /** Sections with the rules to add only. */
  readonly sections: readonly Section[];
  /** The groups that those rules name, with their members of now. */
  readonly groups: readonly PolicyGroup[];
  /** What no rule covers and none is proposed for, with the reason. */
  readonly refusals: readonly Refusal[];
}

export interface ApplicationDigest {
  /** Null for what no single application is concerned by. */
  readonly application: ApplicationRef | null;
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>;
  readonly worst: Severity;
  /** "2 new uses, 1 quiet rule". */
  readonly words: string;
}

/** How a policy and the traffic of late hours differ. */
export interface DriftReport {
  /** Id of the policy that was compared with. */
  readonly policy: string;
  /** Id of the analysis whose groups were compared with. */
  readonly topology: string;
  /** ISO 8601. */
  readonly evaluated: string;
  /** From the first evaluated hour to the end of the last; null while there is none. */
  readonly window: Window | null;
  /** Hours evaluated so far. */
  readonly hours: number;
  /** Worst first; what was dismissed last. */
  readonly findings: readonly Finding[];
  /** Findings that are not listed, because there are too many. */
  readonly leftOff: number;
  /** Conversations denied by the policy that were too many in their hour to be kept one by one. */
  readonly uncounted: number;
  /** One for each application with findings that are not dismissed, worst first. */
  readonly digest: readonly ApplicationDigest[];
  readonly delta: Delta;
  readonly rerun: { readonly advised: boolean; readonly reasons: readonly string[] };
  /** Why there are no findings, or what to know before one reads them. */
  readonly words: string;
}

/** A policy as drift looks at it. */
export interface DriftSubject {
  readonly policy: Policy;
  /** Whether firewalls have it, so that what it denies is being denied. */
  readonly enforced: boolean;
}

/** More names than this nobody reads. */
export const NAMED = 20;
