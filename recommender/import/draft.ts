import type { AddressSet } from '../model/address-set';
import type { ServiceRange } from '../model/service-range';

/** One end of what was read: who, and what it was called there. */
export interface DraftEnd {
  readonly name: string | null;
  readonly set: AddressSet;
}

/** A rule as it was read, before groups and ids. */
export interface DraftRule {
  /** Where the file carries one. */
  readonly id: string | null;
  readonly words: string | null;
  readonly action: 'allow' | 'deny';
  readonly alertOnly: boolean;
  readonly log: boolean;
  readonly sources: readonly DraftEnd[] | 'any';
  readonly destinations: readonly DraftEnd[] | 'any';
  readonly services: readonly ServiceRange[];
  /** Name of the part of the file that it stands in. */
  readonly section: string;
  /** "wayleave.nft:12". */
  readonly where: string;
}

/** Who is closed, each as far as a file says it in one place. */
export interface DraftClosings {
  readonly deny: { readonly inbound: AddressSet; readonly outbound: AddressSet };
  readonly alert: { readonly inbound: AddressSet; readonly outbound: AddressSet };
}

export interface Draft {
  readonly rules: readonly DraftRule[];
  readonly closings: DraftClosings;
  /** Sets that the file names, whether a rule refers to them or not. */
  readonly named: readonly DraftEnd[];
  /** In words: what stands in the file and is not said by the policy. */
  readonly remarks: readonly string[];
}
