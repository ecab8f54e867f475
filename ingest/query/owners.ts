import { WayleaveError } from '../kernel/errors';
import { comparisonsOf, printFilter, type Comparison, type Filter } from './filter';

/** An address while it belonged to somebody who was asked for. */
export interface OwnedAddress {
  /** Left out: whatever the scope of the flow. */
  readonly scope?: string;
  /** Where the scope is left out: those in which the address is somebody else's. */
  readonly exceptScopes?: readonly string[];
  /** Canonical text. */
  readonly address: string;
  /** Epoch milliseconds, `until` exclusive; a side that is left out is open. */
  readonly since?: number;
  readonly until?: number;
}

/** A comparison of a workload's name, or of one of its labels. */
export type OwnerQuestion = Pick<Comparison, 'operator' | 'values'> & {
  /** Null: the workload's name. */
  readonly label: string | null;
};

/** The time a question is about, epoch seconds; a side that is left out is open. */
export interface Within {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Who is behind addresses, over time. */
export interface Owners {
  /** Every address, and from when to when, of workloads of which this is true; no more than `limit` of them. */
  addressesOf(question: OwnerQuestion, within: Within, limit: number): Promise<readonly OwnedAddress[]>;
}

/** Answers by comparison, as `compileFilter` takes them. */
export type Answers = ReadonlyMap<Comparison, readonly OwnedAddress[]>;

/** They are bound one by one, and a server takes at most a mebibyte of that. */
const MOST_OWNED = 5000;

/** Asks for everything that a filter wants to know of workloads. @throws WayleaveError `bad-filter` when that is too much */
export async function askOwners(filter: Filter | undefined, owners: Owners, within: Within): Promise<Answers> {
  const answers = new Map<Comparison, readonly OwnedAddress[]>();
  let room = MOST_OWNED;
  for (const comparison of filter ? comparisonsOf(filter) : []) {
    const { field, operator, values } = comparison;
    if (!('label' in field)) continue;
    const owned = await owners.addressesOf({ operator, values, label: field.label }, within, room + 1);
    room -= owned.reduce((sum, { exceptScopes = [] }) => sum + 1 + exceptScopes.length, 0);
    if (room < 0) {
      throw new WayleaveError(
        `${printFilter(comparison)} is asked of more than ${MOST_OWNED} addresses: use a prefix, or a shorter window`,
        { code: 'bad-filter' },
      );
    }
    answers.set(comparison, owned);
  }
  return answers;
}
