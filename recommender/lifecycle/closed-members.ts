import { SIDES, type Side } from '../model/closing';
import type { Policy } from '../model/policy';
import { isInForce, unitState } from './fold-events';
import type { PolicyState } from './model';
import { unitsOf, type Unit } from './units';

type ClosingUnit = Extract<Unit, { kind: 'closing' }>;

export interface ClosedMembers {
  /** Closings in force that a newer revision lays upon addresses that nothing in force closes yet. */
  readonly joined: readonly ClosingUnit[];
  /** Addresses that they close no longer, sorted. */
  readonly left: readonly string[];
}

/** Whom the closings that are in force close in a newer revision and not before, or the other way round. */
export function closedMembers(state: Pick<PolicyState, 'units'>, active: Policy, next: Policy): ClosedMembers {
  const inForce = (policy: Policy) =>
    unitsOf(policy).flatMap((unit) =>
      unit.kind === 'closing' && isInForce(unitState(state, unit.key).stage) ? [unit] : [],
    );
  const going = inForce(next);
  const staying = new Set(going.map(({ key }) => key));
  const before = inForce(active);
  const [membersBefore, membersNow] = [membersOf(active), membersOf(next)];
  const closedOn = (closings: readonly ClosingUnit[], members: ReturnType<typeof membersOf>, side: Side) =>
    new Set(closings.flatMap(({ group, direction }) => (direction === side ? members(group) : [])));
  const sides = SIDES.map((side) => {
    const was = closedOn(before, membersBefore, side);
    const is = closedOn(going, membersNow, side);
    const own = going.filter(({ direction }) => direction === side);
    // What is dropped as a whole is told as such.
    const stays = closedOn(
      before.filter(({ key }) => staying.has(key)),
      membersBefore,
      side,
    );
    return {
      joined: own.filter(({ group }) => membersNow(group).some((address) => !was.has(address))),
      left: [...stays].filter((address) => !is.has(address)),
    };
  });
  return {
    joined: sides.flatMap(({ joined }) => joined),
    left: [...new Set(sides.flatMap(({ left }) => left))].sort(),
  };
}

function membersOf({ groups }: Policy): (group: string) => readonly string[] {
  const members = new Map(groups.map(({ id, addresses }) => [id, addresses]));
  return (group) => members.get(group) ?? [];
}
