/**
 * What was used on which days. A kind is what one line of a rule speaks of: a group of clients, a group of servers and a
 * service; what is new is a kind that no earlier day had.
 */
export interface Incidence {
  /** Epoch seconds: the UTC days with traffic, ascending. */
  readonly days: readonly number[];
  /** Legitimate connections of each day, and those that the policy would deny of what it has already seen. */
  readonly connections: readonly number[];
  readonly uncovered: readonly number[];
  readonly kinds: readonly Kind[];
}

/** Its days as positions in `days`, ascending, with the connections of each. */
export interface Kind {
  readonly on: readonly number[];
  readonly connections: readonly number[];
}

/** The first so many days. */
export function firstDays({ days, connections, uncovered, kinds }: Incidence, count: number): Incidence {
  return {
    days: days.slice(0, count),
    connections: connections.slice(0, count),
    uncovered: uncovered.slice(0, count),
    kinds: kinds.flatMap(({ on, connections: of }) => {
      const known = on.findIndex((day) => day >= count);
      if (known < 0) return { on, connections: of };
      return known === 0 ? [] : { on: on.slice(0, known), connections: of.slice(0, known) };
    }),
  };
}

/** What share of the connections of some days, from `from` on, no rule made of the days before would have covered. */
export function shareNew({ connections, uncovered, kinds }: Incidence, from: number, count: number): number {
  const inside = (day: number) => day >= from && day < from + count;
  const total = sum(connections.filter((_, day) => inside(day)));
  let missed = sum(uncovered.filter((_, day) => inside(day)));
  for (const { on, connections: of } of kinds)
    if ((on[0] ?? 0) >= from) missed += sum(of.filter((_, at) => inside(on[at] ?? 0)));
  return total === 0 ? 0 : missed / total;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
