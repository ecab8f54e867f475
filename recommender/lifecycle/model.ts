import type { Side } from '../model/closing';
import type { Policy } from '../model/policy';
import type { Edit } from './edit';

/** How far something of a policy has come. Only what is staged or enforced reaches an enforcement point. */
export const STAGES = ['draft', 'reviewed', 'approved', 'staged', 'enforced'] as const;
export type Stage = (typeof STAGES)[number];

/** What an action is about. */
export type Target =
  | { readonly kind: 'all' }
  | { readonly kind: 'section'; readonly section: string }
  /**
   * The closing of a group and of its tiers, and every rule that speaks of them on that side; on both sides where
   * none is said.
   */
  | { readonly kind: 'group'; readonly group: string; readonly direction?: Side }
  | { readonly kind: 'rule'; readonly rule: string };

/** Why a revision is what it is. */
export type RevisionSource =
  | { readonly kind: 'created' }
  /** Of a recommendation, by its id, that was merged into the revision before. */
  | { readonly kind: 'recommendation'; readonly recommendation: string }
  | { readonly kind: 'revised' }
  | { readonly kind: 'edited'; readonly edits: readonly Edit[] }
  | { readonly kind: 'rolled-back'; readonly to: number }
  /** Rules whose lease ran out are gone from it. */
  | { readonly kind: 'expired'; readonly rules: readonly string[] };

interface Moving {
  readonly revision: number;
  readonly target: Target;
  /** Keys of what moved, whatever a later release makes of the target. */
  readonly units: readonly string[];
}

/** What comes nearer to enforcement, or brings a newer revision there. */
interface Advancing extends Moving {
  /** In words: what the gate found, where it was asked. */
  readonly gate?: string;
  /** It did not pass, and this is why it was done nevertheless. */
  readonly override?: string;
  /** Rules of the same id that say something else by now, and were approved so: each is where its old form was. */
  readonly carried?: Readonly<Record<string, Stage>>;
  /** What was staged or enforced and is not in the newer revision. */
  readonly dropped?: readonly string[];
}

/** What a person did, or what was done for them. */
export type Act =
  | {
      readonly kind: 'revise';
      readonly revision: number;
      readonly source: RevisionSource;
      /** Keys of what the revision before did not have. */
      readonly added: readonly string[];
    }
  | ({ readonly kind: 'review' } & Moving)
  /** With how many different people it takes. */
  | ({ readonly kind: 'approve'; readonly needed: number } & Moving)
  | ({ readonly kind: 'stage' | 'enforce' } & Advancing)
  | ({ readonly kind: 'withdraw'; readonly to: Stage } & Moving)
  | { readonly kind: 'comment'; readonly target: Target; readonly text: string }
  | { readonly kind: 'own'; readonly owner: string }
  /** By rule id, ISO 8601. */
  | { readonly kind: 'renew'; readonly leases: Readonly<Record<string, string>> };

/** Numbered within its policy, and only ever added to. */
export interface PolicyEvent {
  /** From 1; the order they count in. */
  readonly number: number;
  /** Epoch seconds. */
  readonly at: number;
  /** As the caller says: one token is all the API knows. */
  readonly by: string;
  readonly reason: string;
  readonly act: Act;
}

/** One rule, or the closing of one group in one direction, as far as it has come. */
export interface UnitState {
  readonly stage: Stage;
  /** Who brought it in. */
  readonly author: string;
  readonly reviewers: readonly string[];
  readonly approvers: readonly string[];
}

export interface Comment {
  readonly at: number;
  readonly by: string;
  readonly target: Target;
  readonly text: string;
}

/** It was done though the gate had not passed it: shown for ever after. */
export interface Override {
  readonly at: number;
  readonly by: string;
  readonly revision: number;
  readonly target: Target;
  readonly gate: string;
  readonly reason: string;
}

/** What people added to a group and took out of it, as canonical address or prefix text. */
export interface AddressEdits {
  readonly add: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

/** What all events come to. */
export interface PolicyState {
  /** Number of the last event: what an action may expect, so that two people do not act past each other. */
  readonly version: number;
  /** The newest revision. */
  readonly head: number;
  /** The revision that is staged or enforced; null while nothing is. */
  readonly active: number | null;
  /** By the key of a unit; what is missing is a draft. */
  readonly units: ReadonlyMap<string, UnitState>;
  /** By rule id, ISO 8601: until when use has renewed its lease. */
  readonly leases: ReadonlyMap<string, string>;
  /** By rule id, the number of the event by which a person removed it: no recommendation brings it back. */
  readonly removed: ReadonlyMap<string, number>;
  /** By group id: a recommendation does not undo them. */
  readonly addresses: ReadonlyMap<string, AddressEdits>;
  readonly owner: string | null;
  readonly comments: readonly Comment[];
  readonly overrides: readonly Override[];
}

export interface StoredPolicy {
  readonly id: string;
  readonly name: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly state: PolicyState;
}

/** Never changes. */
export interface Revision {
  readonly policy: string;
  /** From 1. */
  readonly number: number;
  /** Epoch seconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly source: RevisionSource;
  /** In words: what it opens and what it would break, as was known when it was saved. */
  readonly effect: readonly string[];
  readonly body: Policy;
}

/** What the out-of-sample gate found about one body of a policy. */
export interface GateVerdict {
  readonly id: string;
  /** `Policy.id` of the body. */
  readonly policy: string;
  readonly passed: boolean;
  readonly words: string;
}

export interface Actor {
  readonly by: string;
  /** In their words; may be empty. */
  readonly reason: string;
  /** `PolicyState.version` that they acted on: whoever comes second is told. Unchecked where missing. */
  readonly expected?: number;
}

/** What somebody asks for. What it is done to is named by its revision. */
export type Action =
  | { readonly kind: 'review' | 'approve'; readonly revision: number; readonly target: Target }
  | {
      readonly kind: 'stage' | 'enforce';
      readonly revision: number;
      readonly target: Target;
      /** What is in force now and is not in this revision may go. */
      readonly drop?: boolean;
      /** Why it is to be done although the gate has not passed the revision. */
      readonly override?: string;
    }
  | { readonly kind: 'withdraw'; readonly revision: number; readonly target: Target; readonly to: Stage }
  | { readonly kind: 'comment'; readonly target: Target; readonly text: string }
  | { readonly kind: 'own'; readonly owner: string }
  | { readonly kind: 'renew'; readonly leases: Readonly<Record<string, string>> };

/** Stored policies: bodies that never change, and what people did with them. */
export interface Policies {
  /** By name. */
  list(): Promise<StoredPolicy[]>;
  /** @param id or its name, or how the id begins. @throws WayleaveError `unknown-policy`, `ambiguous-policy` */
  find(id: string): Promise<StoredPolicy>;
  /** The newest where no number is said. @throws WayleaveError `unknown-policy`, `unknown-revision` */
  revision(id: string, number?: number): Promise<Revision>;
  /** Oldest first. */
  history(id: string): Promise<PolicyEvent[]>;
  /** @throws WayleaveError `bad-policy`, `name-taken`, `too-many-policies` */
  create(body: Policy, actor: Actor): Promise<StoredPolicy>;
  /** @throws WayleaveError `bad-policy`, `conflict`, `unknown-policy`, `too-many-revisions` */
  revise(id: string, body: Policy, source: RevisionSource, actor: Actor, effect?: readonly string[]): Promise<Revision>;
  /** @throws WayleaveError `conflict`, `wrong-stage`, `not-allowed`, `gate`, `unknown-target`, `unknown-policy` */
  act(id: string, action: Action, actor: Actor): Promise<StoredPolicy>;
}
