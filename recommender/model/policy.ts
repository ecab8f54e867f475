import type { Service } from '../../analytics/model/service';
import type { GroupKind, Window } from '../../analytics/model/topology';

/** Whom a rule is about. Frozen, visited exhaustively: a renderer that forgets a kind does not compile. */
export type Selector =
  | { readonly kind: 'any' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'prefix'; readonly prefix: string };

/** Most urgent first; also the order of evaluation. */
export const CATEGORIES = ['emergency', 'infrastructure', 'environment', 'application'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What was seen that makes a rule necessary. */
export interface Evidence {
  /** Distinct workload pairs and services that were seen using it. */
  readonly dependencies: number;
  readonly connections: number;
  readonly packets: number;
  readonly bytes: number;
  /** The most hours any one of them was active. */
  readonly hours: number;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The best direction level behind it (1 to 6). */
  readonly direction: number;
  readonly reporters: readonly string[];
  /** The busiest dependencies, for a person to recognise: "web-1 → app-2 on 8443/tcp, 1,204 connections". */
  readonly examples: readonly string[];
}

export interface Rule {
  /** Stable over reruns: derived from what the rule says. */
  readonly id: string;
  /** "web of shop may reach app of shop on 8443/tcp". */
  readonly words: string;
  readonly action: 'allow' | 'deny';
  /** An empty list of sources, destinations or services matches nothing: nothing is ever widened by omission. */
  readonly sources: readonly Selector[];
  readonly destinations: readonly Selector[];
  readonly services: readonly Service[];
  readonly log: boolean;
  /** 0 to 1. */
  readonly confidence: number;
  /** Of the known client, server and service combinations the rule opens: those never seen in use, and all. */
  readonly surface: { readonly unused: number; readonly opened: number };
  readonly evidence: Evidence;
}

export interface Section {
  readonly id: string;
  readonly category: Category;
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A group as the policy froze it: enforcement needs addresses, not memberships that move. */
export interface PolicyGroup {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  /** The application's id for a tier, otherwise null. */
  readonly application: string | null;
  /** Canonical address or prefix text, sorted. */
  readonly addresses: readonly string[];
}

export type RefusalCode =
  | 'unanswered'
  | 'denied'
  | 'scanner'
  | 'ambiguous-direction'
  | 'external-client'
  | 'not-managed'
  | 'multicast'
  /** There was no traffic to refuse either: why the policy has no rules. */
  | 'nothing-seen';

/** Traffic that was seen and deliberately not proposed. */
export interface Refusal {
  readonly reason: string;
  readonly code: RefusalCode;
  readonly dependencies: number;
  readonly connections: number;
  readonly examples: readonly string[];
}

/**
 * An ordered allow-list. Sections apply in the order of `CATEGORIES`, rules in order, first match decides.
 * What matches no rule is denied if its source or destination is in `appliedTo`, and is none of the policy's
 * business otherwise. Replies to what was allowed are allowed.
 */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly topology: string;
  readonly window: Window;
  readonly granularity: 'tier';
  readonly sections: readonly Section[];
  readonly groups: readonly PolicyGroup[];
  /** Group ids whose members are closed to everything no rule admits, in both directions. */
  readonly appliedTo: readonly string[];
  readonly refusals: readonly Refusal[];
}
