import { serviceName } from '../../services';
import type { Reason } from '../../model/topology';
import { compareText, type Evidence, type Use, type UsedService } from '../evidence';
import { tagsOf, type Side } from '../purpose';

/** One thing that members of a group do. */
export interface Habit {
  readonly side: Side;
  readonly used: UsedService;
  /** How many of the members do. */
  readonly members: number;
  /** Managed or not, distinct, over all members. */
  readonly partners: number;
}

/** How many reasons are worth reading. */
const MOST_FOR = 4;
const MOST_AGAINST = 2;

/** @param usesOf the uses a workload takes part in, whichever end */
export function habitsOf(
  { services }: Evidence,
  workloads: readonly number[],
  usesOf: (workload: number) => readonly Use[],
): Habit[] {
  const habits = new Map<number, { side: Side; service: number; members: Set<number>; partners: Set<number> }>();
  for (const workload of workloads) {
    for (const { client, server, service } of usesOf(workload)) {
      const side = server === workload ? 'server' : 'client';
      const key = side === 'server' ? service : -1 - service;
      let habit = habits.get(key);
      if (!habit) habits.set(key, (habit = { side, service, members: new Set(), partners: new Set() }));
      habit.members.add(workload);
      habit.partners.add(side === 'server' ? client : server);
    }
  }
  return [...habits.values()]
    .flatMap(({ side, service, members, partners }) => {
      const used = services[service];
      return used ? [{ side, used, members: members.size, partners: partners.size }] : [];
    })
    .sort(
      (a, b) =>
        b.members - a.members ||
        compareText(b.side, a.side) ||
        b.partners - a.partners ||
        compareText(a.used.key, b.used.key),
    );
}

/** What most members do speaks for a group, what few of them do against it. */
export function habitReasons(habits: readonly Habit[], size: number): Reason[] {
  const most = habits.filter(({ members }) => 2 * members >= size).slice(0, MOST_FOR);
  const few = habits.filter(({ members }) => 2 * members < size).slice(0, MOST_AGAINST);
  const verb = ({ side, members }: Habit) =>
    side === 'server' ? (members === 1 ? 'serves' : 'serve') : members === 1 ? 'uses' : 'use';
  const what = (habit: Habit) => {
    const others = `${habit.partners} workload${habit.partners === 1 ? '' : 's'}`;
    const { key, service } = habit.used;
    return `${verb(habit)} ${serviceName(service)} (${key}) ${habit.side === 'server' ? 'to' : 'of'} ${others}`;
  };
  return [
    ...most.map((habit) => ({ text: `${habit.members} of ${size} ${what(habit)}`, weight: habit.members / size })),
    ...few.map((habit) => ({ text: `only ${habit.members} of ${size} ${what(habit)}`, weight: -habit.members / size })),
  ];
}

/** What a group would be called by what it offers most, or, if nothing, by what it uses; null when it is silent. */
export function purposeOf(habits: readonly Habit[]): string | null {
  const telling = habits.filter(({ used }) => !tagsOf(used).some((tag) => tag === 'admin' || tag === 'monitoring'));
  const score = ({ members, partners }: Habit) => members * Math.log2(1 + partners);
  const widest = (side: Side) =>
    telling
      .filter((habit) => habit.side === side)
      .reduce<Habit | null>((a, b) => (a && score(a) >= score(b) ? a : b), null);
  const served = widest('server');
  if (served) return shortName(served.used);
  const used = widest('client');
  return used && `clients of ${shortName(used.used)}`;
}

function shortName(used: UsedService): string {
  return tagsOf(used).includes('web') ? 'web' : serviceName(used.service);
}
