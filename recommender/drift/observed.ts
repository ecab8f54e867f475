import type { Conversation } from '../../analytics/model/conversation';
import type { Window } from '../../analytics/model/topology';

/** What the hours that were evaluated so far said of a policy, summed up. */
export interface Observed {
  /** From the first evaluated hour to the end of the last; null while there is none. */
  readonly window: Window | null;
  readonly hours: number;
  /** Legitimate use of each rule, by its id. */
  readonly uses: ReadonlyMap<string, RuleUse>;
  /** What each exporter was heard of, by canonical address text. */
  readonly heard: ReadonlyMap<string, Heard>;
  /** What the policy denies, and what firewalls denied, hours summed. */
  readonly denied: readonly JudgedConversation[];
  /** Of `denied`, those that were too many to be kept. */
  readonly uncounted: number;
}

export interface JudgedConversation extends Conversation {
  /** What the policy says of it, whatever happened. */
  readonly verdict: 'allow' | 'deny';
  /** The rule that decided; empty where none did. */
  readonly rule: string;
}

export interface RuleUse {
  readonly connections: number;
  /** Epoch seconds. */
  readonly lastSeen: number;
  /** UTC days since the epoch with use, sorted. */
  readonly days: readonly number[];
}

export interface Heard {
  /** End of the last hour in which it reported anything, epoch seconds. */
  readonly until: number;
  /** Hours of each UTC day, by days since the epoch, in which it reported anything. */
  readonly hours: ReadonlyMap<number, number>;
}
