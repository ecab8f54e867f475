import { addressSet, unionOf, type AddressSet } from '../model/address-set';
import type { Closing, Closure, PolicyGroup } from '../model/policy';
import { SIDES, type Side } from '../model/closing';
import { addressKey, differenceOf, isWithin } from './address-algebra';
import type { DraftClosings } from './draft';
import type { Groups } from './groups';

/** Addresses, so that what everything closes is one group and not all of them. */
const EVERYTHING = addressSet(['0.0.0.0/0', '::/0']);

/**
 * Who is closed, in groups that there are where they lie within, the smallest first; what is left over becomes a group of
 * its own. An address that several groups hold is closed as the strictest of them, so that overlaps do no harm.
 */
export function closeGroups(
  { deny, alert }: DraftClosings,
  groups: Groups,
): { readonly appliedTo: readonly string[]; readonly closures: readonly Closure[] } {
  const closed = {
    deny,
    alert: {
      inbound: differenceOf(alert.inbound, deny.inbound),
      outbound: differenceOf(alert.outbound, deny.outbound),
    },
  };
  const left: Record<'deny' | 'alert', Record<Side, AddressSet>> = {
    deny: { ...closed.deny },
    alert: { ...closed.alert },
  };
  const chosen = new Map<string, Closure>();
  const take = (group: PolicyGroup, set: AddressSet) => {
    const closing = (side: Side): Closing =>
      isWithin(set, closed.deny[side]) ? 'deny' : isWithin(set, closed.alert[side]) ? 'alert' : 'open';
    const closure = { group: group.id, inbound: closing('inbound'), outbound: closing('outbound') };
    const adds = SIDES.some((side) => {
      const kind = closure[side];
      return kind !== 'open' && differenceOf(set, differenceOf(set, left[kind][side])).length > 0;
    });
    if (!adds) return;
    chosen.set(group.id, closure);
    for (const side of SIDES)
      if (closure[side] !== 'open') left[closure[side]][side] = differenceOf(left[closure[side]][side], set);
  };

  const everything = SIDES.some((side) => addressKey(deny[side]) === addressKey(EVERYTHING));
  if (!everything) {
    const known = groups
      .all()
      .map((group) => ({ group, set: addressSet(group.addresses) }))
      .sort((a, b) => a.group.addresses.length - b.group.addresses.length || (a.group.id < b.group.id ? -1 : 1));
    for (const { group, set } of known) if (set.length > 0) take(group, set);
  }
  for (const kind of ['deny', 'alert'] as const) {
    for (const side of SIDES) {
      const rest = left[kind][side];
      if (rest.length > 0) take(groups.groupOf({ name: null, set: rest }, nameOf(kind, rest)), rest);
    }
  }
  const ids = [...chosen.keys()].sort();
  return {
    appliedTo: ids,
    closures: ids
      .flatMap((id) => chosen.get(id) ?? [])
      .filter(({ inbound, outbound }) => inbound !== 'deny' || outbound !== 'deny'),
  };
}

function nameOf(kind: 'deny' | 'alert', set: AddressSet): string {
  if (addressKey(unionOf([set])) === addressKey(EVERYTHING)) return 'everything';
  return kind === 'deny' ? 'closed' : 'watched';
}
