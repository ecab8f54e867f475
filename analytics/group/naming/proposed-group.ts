import type { Group, Reason } from '../../model/topology';
import type { ProposedRole } from '../roles/role-names';

export interface ProposedMember {
  readonly workload: string;
  readonly confidence: number;
  /** It is at home in another group of this kind. */
  readonly lent?: boolean;
  /** Where it would be otherwise. */
  readonly next?: { readonly group: () => ProposedGroup | undefined; readonly fit: number };
}

/** A group in words, but for its identity. */
export interface ProposedGroup {
  readonly kind: Group['kind'];
  /** The application of a tier. */
  readonly parent: ProposedGroup | null;
  /** Sorted by workload id. */
  readonly members: readonly ProposedMember[];
  readonly reasons: readonly Reason[];
  /** Other groups that it has traffic with, and how much of its own that is. */
  readonly elsewhere: readonly { readonly group: () => ProposedGroup | undefined; readonly share: number }[];
  /** Of an application. */
  readonly environment: string | null;
  /** Of a tier; tiers of one role have the same. */
  readonly role: ProposedRole | null;
  /** Whether the name comes from the inventory, and follows it. */
  readonly labelled: boolean;
  readonly name: (application: string | null) => string;
}
