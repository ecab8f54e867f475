import type { Window } from '../../analytics/model/topology';
import type { GroupKind } from '../../analytics/model/topology';
import type { Volume } from '../replay/volume';

/** What a policy says of a conversation: the draft view. */
export const STANCES = [
  /** A rule admits it. */
  'allowed',
  /** A rule, or the closing of an end, denies it. */
  'denied',
  /** No rule speaks of it, and no end that is closed stops it. */
  'unprotected',
  /** As unprotected, and nobody knows one of its ends; or there is no policy. */
  'unknown',
] as const;
export type Stance = (typeof STANCES)[number];

/** What became of it on the way: the observed view. */
export const OUTCOMES = [
  /** Answered, and a firewall on the way said that it let it through. */
  'passed',
  /** Answered; no firewall said anything. */
  'seen',
  /** A firewall denied it every time. */
  'blocked',
  /** Nobody answered, and no firewall said why. */
  'unanswered',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where both views contradict each other. */
export const DIFFERENCES = [
  /** A firewall lets through what the policy denies. */
  'allowed-but-policy-denies',
  /** It is answered today, no firewall was asked, and the policy denies it. */
  'potentially-blocked',
  /** A firewall denies what the policy allows. */
  'denied-though-policy-allows',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** Which ends of a conversation are closed to what no rule admits. */
export type ClosedEnds = 'both' | 'client' | 'server' | 'neither';

export type Volumes<Key extends string> = Readonly<Record<Key, Volume>>;

/** One side of an edge. */
export interface MapEnd {
  /** Id of a group of the policy; null for what is in none. */
  readonly group: string | null;
  readonly kind: GroupKind | 'outside' | 'ungrouped';
  readonly name: string;
}

/** All conversations from one group to another. */
export interface MapEdge {
  readonly client: MapEnd;
  readonly server: MapEnd;
  readonly stances: Volumes<Stance>;
  /** Of `stances`, what nobody answered. */
  readonly tries: Volumes<Stance>;
  readonly outcomes: Volumes<Outcome>;
  readonly differences: Volumes<Difference>;
  /** Of what is allowed or unprotected, by the ends that are closed: "allowed" with one end closed is enforced at that end only. */
  readonly ends: Volumes<ClosedEnds>;
  /** Most connections first, of those that were answered or denied by a firewall. */
  readonly services: readonly { readonly words: string; readonly stance: Stance; readonly connections: number }[];
  /** Rules that decided, most connections first. */
  readonly rules: readonly { readonly rule: string; readonly connections: number }[];
}

/** How far rules cover what an application does. */
export interface Coverage {
  /** Group id. */
  readonly application: string;
  readonly name: string;
  /** Answered connections with an end in it. */
  readonly connections: number;
  /** Of these, those that a rule admits. */
  readonly covered: number;
  /** 0 to 1; 0 of nothing. */
  readonly share: number;
  readonly denied: number;
  readonly unprotected: number;
  readonly unknown: number;
}

/** What enforcing all of a policy would deny. */
export interface OnceEnforced {
  readonly denied: Volume;
  /** Of it, what is answered today. */
  readonly answered: Volume;
}

export interface ComplianceMap {
  /** Null where there is none: then everything is unknown. */
  readonly policy: string | null;
  readonly window: Window;
  readonly stances: Volumes<Stance>;
  /** Of `stances`, what nobody answered. */
  readonly tries: Volumes<Stance>;
  readonly outcomes: Volumes<Outcome>;
  readonly differences: Volumes<Difference>;
  /** What the policy would deny were all of it enforced; missing where that is no more than it does. */
  readonly onceEnforced?: OnceEnforced;
  /** Contradictions first, then what is denied, then the most answered connections. */
  readonly edges: readonly MapEdge[];
  /** Edges that are not listed, because there are too many. */
  readonly leftOff: number;
  /** Least covered first. */
  readonly applications: readonly Coverage[];
  readonly words: string;
}
