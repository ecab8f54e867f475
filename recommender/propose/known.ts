import { addressSet, type AddressSet } from '../model/address-set';
import type { Policy, PolicyGroup } from '../model/policy';
import { compareText } from '../../ingest/kernel/text';

/** What a target has already, as far as a proposal can speak of it: groups of an imported ruleset or an earlier policy. */
export type KnownGroup = Pick<PolicyGroup, 'id' | 'name' | 'addresses'>;

/** A known group that nearly is one of the policy: for a person to make them one, never done by itself. */
export interface NearMatch {
  /** Of the policy. */
  readonly group: string;
  readonly known: string;
  /** Addresses and ranges that only one of them has, at most ten of each. */
  readonly missing: readonly string[];
  readonly more: readonly string[];
  readonly words: string;
}

/** Of what either has, this much is shared. */
const NEAR = 0.8;
const LISTED = 10;

/** Calls a group by the name and id that the target has for exactly its members. */
export function reuseKnown(known: readonly KnownGroup[]): (group: PolicyGroup) => PolicyGroup {
  const byMembers = new Map(
    [...known]
      .filter(({ addresses }) => addresses.length > 0)
      .sort((a, b) => compareText(b.id, a.id))
      .map((each) => [keyOf(addressSet(each.addresses)), each]),
  );
  if (byMembers.size === 0) return (group) => group;
  return (group) => {
    const same = group.addresses.length === 0 ? undefined : byMembers.get(keyOf(addressSet(group.addresses)));
    return same ? { ...group, id: same.id, name: same.name } : group;
  };
}

/** Known groups that share most of their addresses with one of the policy's, and are not it. By group. */
export function nearMatches({ groups }: Pick<Policy, 'groups'>, known: readonly KnownGroup[]): NearMatch[] {
  const holders = new Map<string, KnownGroup[]>();
  for (const each of known)
    for (const address of each.addresses) holders.set(address, [...(holders.get(address) ?? []), each]);
  return groups.flatMap((group) => {
    const shared = new Map<KnownGroup, number>();
    for (const address of group.addresses)
      for (const holder of holders.get(address) ?? []) shared.set(holder, (shared.get(holder) ?? 0) + 1);
    const near = [...shared].filter(([{ addresses }, both]) => {
      const either = addresses.length + group.addresses.length - both;
      return both < either && both >= NEAR * either;
    });
    return near.map(([other]) => differenceOf(group, other)).sort((a, b) => compareText(a.known, b.known));
  });
}

function differenceOf(group: PolicyGroup, known: KnownGroup): NearMatch {
  const [own, theirs] = [new Set(group.addresses), new Set(known.addresses)];
  const missing = known.addresses.filter((address) => !own.has(address));
  const more = group.addresses.filter((address) => !theirs.has(address));
  return {
    group: group.id,
    known: known.id,
    missing: missing.slice(0, LISTED),
    more: more.slice(0, LISTED),
    words: `${known.name} is nearly ${group.name}: it has ${missing.length} addresses more and lacks ${more.length}`,
  };
}

function keyOf(set: AddressSet): string {
  return set.map(({ first, last }) => `${first}-${last}`).join();
}
