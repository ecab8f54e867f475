import type { GroupKind } from './topology';

/** What a person wants of the groups. Groups are named by id, workloads by theirs. */
export type GroupWish =
  | { readonly kind: 'rename'; readonly group: string; readonly name: string }
  /** They stay in this group, whatever the traffic says. */
  | { readonly kind: 'pin'; readonly group: string; readonly workloads: readonly string[] }
  | { readonly kind: 'move'; readonly group: string; readonly workloads: readonly string[] }
  /** All members go to the first, whose own stay. */
  | { readonly kind: 'merge'; readonly groups: readonly string[] }
  /** These leave the group for one of their own, of the same kind; the others stay. */
  | { readonly kind: 'split'; readonly group: string; readonly workloads: readonly string[]; readonly name: string }
  /** It is what it says it is: its members stay, and a shared service remains one. */
  | { readonly kind: 'confirm'; readonly group: string }
  /** Of a shared service or a scanner: it is none, and its members belong to applications. */
  | { readonly kind: 'refuse'; readonly group: string }
  /** These provide a shared service of that name, whether the traffic says so or not. */
  | { readonly kind: 'share'; readonly workloads: readonly string[]; readonly name: string };

/** A group as it was when somebody decided on it. */
export interface DecidedGroup {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
  /** Of a tier: its application's id. */
  readonly application: string | null;
  /** Sorted ids of its workloads, but for those that another group lent it. */
  readonly members: readonly string[];
}

/** Kept for ever; what undoes it is another one. */
export interface GroupDecision {
  readonly id: string;
  /** Place in the order of decisions: later ones win. */
  readonly number: number;
  /** Epoch seconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly wish: GroupWish;
  /** The groups of the wish, in its order; none for one that makes a group of its own. */
  readonly groups: readonly DecidedGroup[];
  /** Id of the topology it was decided on. */
  readonly topology: string;
  /** Nobody holds to it any more. */
  readonly undone?: UndoneDecision;
}

export interface UndoneDecision {
  /** Epoch seconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}
