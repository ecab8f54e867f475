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

/** An exporter that a rule was learned from, and how far it can be relied on. */
export interface Witness {
  /** Canonical address text. */
  readonly exporter: string;
  /** 0 to 1: of what it sent in the window, the part that arrived, less what sampling hides. */
  readonly quality: number;
  /** "lost 2.1 % of its records, blind from 03:00 to 04:10". Empty where nothing speaks against it. */
  readonly words: string;
}

/**
 * What was seen that makes a rule necessary. What is optional is missing where there is nothing to say, and in policies of
 * earlier releases.
 */
export interface Evidence {
  /** Distinct workload pairs and services that were seen using it. */
  readonly dependencies: number;
  /** Distinct client address, server address, protocol and port. */
  readonly conversations?: number;
  readonly connections: number;
  readonly packets: number;
  readonly bytes: number;
  /** The most hours any one of them was active. */
  readonly hours: number;
  /** UTC days on which any of them was active. */
  readonly days?: number;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The best direction level behind it (1 to 6). */
  readonly direction: number;
  readonly reporters: readonly string[];
  /** The busiest dependencies, for a person to recognise: "web-1 → app-2 on 8443/tcp, 1,204 connections". */
  readonly examples: readonly string[];
  readonly witnesses?: readonly Witness[];
  /** In the filter language: what `wayleave conversations` and `wayleave flows` take to show all that is behind it. */
  readonly filter?: string;
}

/**
 * What a rule's traffic was recognised as, beyond ports. The policy's meaning is that of its ports; a backend that can ask
 * for more may narrow the rule to this, the others enforce the ports and record the loss.
 */
export interface Context {
  /** Application ids, as the sources named them. Sorted, as the others are. */
  readonly l7: readonly string[];
  /** The least TLS version seen: "1.2". */
  readonly tlsFloor: string | null;
  readonly fqdns: readonly string[];
  /** Users, and groups of users. */
  readonly users: readonly string[];
  readonly processes: readonly string[];
}

/** When periodic traffic is due, in UTC. */
export interface Calendar {
  readonly period: 'daily' | 'weekly' | 'monthly';
  /** Of the week (1 Monday to 7) or the month (1 to 31, -1 for its last); empty for every day. */
  readonly days: readonly number[];
  /** 0 to 24, end exclusive; beyond midnight where `to` is not after `from`. */
  readonly hours: { readonly from: number; readonly to: number };
  /** "on the last day of the month, 22:00 to 02:00 UTC". */
  readonly words: string;
}

/** A rule that is not for ever: use renews it. */
export interface Lease {
  /** ISO 8601. */
  readonly expires: string;
  /** "seen on 1 of 30 days". */
  readonly reason: string;
  readonly calendar: Calendar | null;
}

/** What putting rules together opened beyond what each of them did: for a person to approve. */
export interface Extra {
  /** Known client, server and service combinations that none of the merged rules opened. */
  readonly openings: number;
  /** "batch may now reach db on 22/tcp, which only ops was seen using". */
  readonly words: string;
  /** Ids of the rules that it stands for. */
  readonly merged: readonly string[];
}

/** One of the numbers that a rule's confidence is made of. */
export interface ConfidencePart {
  readonly name: 'direction' | 'repetition' | 'answered' | 'membership' | 'telemetry';
  /** 0 to 1. */
  readonly value: number;
  /** "active in at most 3 hours". */
  readonly words: string;
}

/** Where a rule came from. */
export type RuleOrigin = 'proposed' | 'accepted' | 'imported' | 'edited' | 'quarantine';

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
  /** Only logs what it matches; the rules after it decide. */
  readonly alertOnly?: true;
  readonly origin?: RuleOrigin;
  readonly context?: Context;
  readonly lease?: Lease;
  readonly extra?: Extra;
  /** 0 to 1. */
  readonly confidence: number;
  readonly confidenceParts?: readonly ConfidencePart[];
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
  /** An intrusion detection raised an alert about it. */
  | 'alert'
  /** Seen once, and what it is cannot be told. */
  | 'single-sighting'
  /** A person refused it. */
  | 'rejected'
  /** There was no traffic to refuse either: why the policy has no rules. */
  | 'nothing-seen';

/** Traffic that was seen and deliberately not proposed. */
export interface Refusal {
  readonly reason: string;
  readonly code: RefusalCode;
  readonly dependencies: number;
  readonly connections: number;
  readonly examples: readonly string[];
  /** The busiest of what was refused, each of which can be accepted by its id. */
  readonly refused?: readonly RefusedUse[];
}

export interface RefusedUse {
  /** Stable over reruns: derived from client, server and service. */
  readonly id: string;
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly service: Service;
  readonly connections: number;
  /** Epoch seconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly words: string;
}

export type PolicyScope =
  | { readonly kind: 'everything' }
  /** Group ids. */
  | { readonly kind: 'applications'; readonly applications: readonly string[] }
  | { readonly kind: 'environment'; readonly environment: string }
  /** Workload ids. */
  | { readonly kind: 'workloads'; readonly workloads: readonly string[] };

/** What rules speak of: whole applications, their tiers, or workloads one by one. */
export type Granularity = 'ringfence' | 'tier' | 'workload';

/** What becomes of what no rule admits: `alert` lets it pass and logs it. */
export type Closing = 'deny' | 'alert' | 'open';

/** A group of `appliedTo` that is not closed in both directions. */
export interface Closure {
  readonly group: string;
  /** Of connections to its members. */
  readonly inbound: Closing;
  /** Of connections that its members open. */
  readonly outbound: Closing;
}

/**
 * An ordered allow-list. Sections apply in the order of `CATEGORIES`, rules in order, first match decides.
 * What matches no rule is denied if `appliedTo` closes its source to outbound or its destination to inbound connections,
 * and is none of the policy's business otherwise. Replies to what was allowed are allowed.
 */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly topology: string;
  readonly window: Window;
  readonly scope?: PolicyScope;
  readonly granularity: Granularity;
  readonly sections: readonly Section[];
  readonly groups: readonly PolicyGroup[];
  /** Group ids whose members are closed to everything no rule admits, in both directions save what `closures` says. */
  readonly appliedTo: readonly string[];
  /** At most one of each group, sorted by it. An address in several groups is closed as its strictest group is. */
  readonly closures?: readonly Closure[];
  readonly refusals: readonly Refusal[];
}
