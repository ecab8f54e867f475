import type { Window } from '../../analytics/model/topology';
import type { Rule } from '../model/policy';
import type { Superfluity } from './superfluous';

export type FindingKind =
  | Superfluity
  /** Its lease has run out. */
  | 'expired'
  /** Everything to everything. */
  | 'any-any'
  /** Nothing used it in the window. */
  | 'unused'
  /** Little of what it opens was used in the window. */
  | 'over-broad'
  /** Groups of exactly the same addresses. */
  | 'duplicate-groups';

/** What could be tidied up in a policy, and why. */
export interface Finding {
  readonly kind: FindingKind;
  /** Id; null where it is not about a rule. */
  readonly rule: string | null;
  /** Ids of the rules that decide instead, or of the groups that are the same. */
  readonly by: readonly string[];
  readonly words: string;
  /** Client, server and service combinations of known hosts that it opens, and those of them that were used; null without traffic to tell. */
  readonly numbers: UseNumbers | null;
  /** What would do instead; null where nothing would, or it cannot be told. */
  readonly suggested: Rule | null;
}

export interface UseNumbers {
  readonly opened: number;
  readonly used: number;
  readonly connections: number;
}

export interface CleanupReport {
  /** `Policy.id`. */
  readonly policy: string;
  /** What was looked at for use; null where there was no traffic to look at. */
  readonly window: Window | null;
  readonly rules: number;
  /** In the policy's order, then what is not about a rule. */
  readonly findings: readonly Finding[];
}

/** The traffic that a rule decided in a window. */
export interface RuleUse {
  /** Distinct client address, server address, protocol and port. */
  readonly tuples: number;
  readonly connections: number;
  /** Missing where there are too many to list. */
  readonly seen?: readonly SeenUse[];
}

export interface SeenUse {
  /** Canonical address text. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  /** For ICMP `type * 256 + code`. */
  readonly port: number;
}

export interface Uses {
  readonly window: Window;
  /** Known addresses of the estate, for counting what a rule opens. */
  readonly hosts: readonly string[];
  /** By rule id; a rule that is missing had none. */
  readonly rules: ReadonlyMap<string, RuleUse>;
}
