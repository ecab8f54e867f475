import { groupBy } from '../../graph/group-by';
import { serviceName } from '../../services';
import type { Reason } from '../../model/topology';
import type { Evidence, Use, UsedService } from '../evidence';
import { compareText } from '../../../ingest/kernel/text';
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

/** The uses a workload takes part in, whichever end: what was answered is what it does. */
export interface Doings {
  readonly answered: (workload: number) => readonly Use[];
  readonly unanswered: (workload: number) => readonly Use[];
}

/** How many reasons are worth reading. */
const MOST_FOR = 4;
const MOST_AGAINST = 2;
const MOST_UNANSWERED = 2;

export function doingsOf(uses: readonly Use[]): Doings {
  const byWorkload = (some: readonly Use[]) => {
    const byClient = groupBy(some, ({ client }) => client);
    const byServer = groupBy(some, ({ server }) => server);
    return (workload: number) => [...(byClient.get(workload) ?? []), ...(byServer.get(workload) ?? [])];
  };
  return {
    answered: byWorkload(uses.filter(({ answered }) => answered)),
    unanswered: byWorkload(uses.filter(({ answered }) => !answered)),
  };
}

/** @param usesOf those of a workload to go by */
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
  const what = (habit: Habit) =>
    `${verb(habit)} ${named(habit)} ${habit.side === 'server' ? 'to' : 'of'} ${othersOf(habit)}`;
  return [
    ...most.map((habit) => ({ text: `${habit.members} of ${size} ${what(habit)}`, weight: habit.members / size })),
    ...few.map((habit) => ({ text: `only ${habit.members} of ${size} ${what(habit)}`, weight: -habit.members / size })),
  ];
}

/** What most members ask, or are asked, in vain: it may have put them together, and tells nothing of what they do. */
export function unansweredReasons(unanswered: readonly Habit[], answered: readonly Habit[], size: number): Reason[] {
  const known = new Set(answered.map(({ side, used }) => `${side} ${used.key}`));
  return unanswered
    .filter(({ side, used, members }) => 2 * members >= size && !known.has(`${side} ${used.key}`))
    .slice(0, MOST_UNANSWERED)
    .map((habit) => {
      const { side, members } = habit;
      const told =
        side === 'server'
          ? `${members === 1 ? 'was' : 'were'} asked for ${named(habit)} by ${othersOf(habit)} and answered none`
          : `asked ${othersOf(habit)} for ${named(habit)} and had no answer`;
      return { text: `${members} of ${size} ${told}`, weight: 0 };
    });
}

function named({ used: { key, service } }: Habit): string {
  return `${serviceName(service)} (${key})`;
}

function othersOf({ partners }: Habit): string {
  return `${partners} workload${partners === 1 ? '' : 's'}`;
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
