/** What a person wants of the groups. Groups are named by id, workloads by theirs. */
export type GroupWish =
  | { readonly kind: 'rename'; readonly group: string; readonly name: string }
  /** They stay in this group, whatever the traffic says. */
  | { readonly kind: 'pin'; readonly group: string; readonly workloads: readonly string[] }
  | { readonly kind: 'move'; readonly group: string; readonly workloads: readonly string[] }
  /** All members go to the first. */
  | { readonly kind: 'merge'; readonly groups: readonly string[] }
  /** These leave the group for one of their own, of the same kind. */
  | { readonly kind: 'split'; readonly group: string; readonly workloads: readonly string[]; readonly name: string }
  /** It is what it says it is: its members stay, and a shared service remains one. */
  | { readonly kind: 'confirm'; readonly group: string }
  /** Of a shared service or a scanner: it is none, and its members belong to applications. */
  | { readonly kind: 'refuse'; readonly group: string };

/** Kept for ever; what undoes it is another one. */
export interface GroupDecision {
  readonly id: string;
  /** Epoch seconds. */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly wish: GroupWish;
  /** The group as it was decided on, which tells its members and, of a tier, its application. */
  readonly topology: string;
}
