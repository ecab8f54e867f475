import type { Dependency } from '../../analytics/model/dependency';
import type { Window } from '../../analytics/model/topology';
import type { Lease } from '../model/policy';
import { calendarOf } from './calendar';
import { firstOf, lastOf } from './evidence';

/** UTC days that are told apart: more than two months. */
export const DAYS_IN_MASK = 62;
/** More hours than these are no rare use, and nobody needs to know which they are. */
export const MOST_HOURS = 60;

/** When two workloads used one port. */
export interface Activity {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  /** A bit for each UTC day, from that of the window's beginning on: the first 31, and the rest. */
  readonly days: readonly [early: number, late: number];
  /** Hours with traffic, epoch seconds of their beginning, sorted; empty where there were more than `MOST_HOURS`. */
  readonly hours: readonly number[];
}

export type ActivityOf = (dependencies: readonly Dependency[]) => { readonly days?: number; readonly lease?: Lease };

const DAY = 86_400;
/** In a shorter window everything is rare, and nothing can be told of a week. */
const LEAST_WINDOW_DAYS = 14;
/** Two days a week, or one night that runs past midnight; what is used every working day is on five of seven. */
const RARE_SHARE = 0.3;
/** Of what shows no period: so long must it be seen again to stay. */
const UNPERIODIC_DAYS = 30;
const GRACE_DAYS = 7;
const PERIOD_DAYS = { daily: 1, weekly: 7, monthly: 31 } as const;

/**
 * The days of a rule's use, and a lease where it is rare: a rule of which any use is an everyday's needs none. A lease runs
 * from the end of the window, so that the same window gives the same one whenever it is looked at.
 *
 * @param known of all uses; undefined where nobody looked
 */
export function activities(known: readonly Activity[] | undefined, window: Window): ActivityOf {
  const windowDays = (window.to - window.from) / DAY;
  const byUse = new Map((known ?? []).map((each) => [keyOf(each.client, each.server, each.protocol, each.port), each]));
  const leaseOn = (days: number, hours: readonly number[]): { readonly lease?: Lease } =>
    windowDays < LEAST_WINDOW_DAYS || days > RARE_SHARE * windowDays ? {} : { lease: leaseOf(hours, days, window) };
  return (dependencies) => {
    if (isOneDay(dependencies)) return { days: 1, ...leaseOn(1, []) };
    if (known === undefined) return {};
    let [early, late] = [0, 0];
    const uses: Activity[] = [];
    for (const { client, server, service, ports } of dependencies) {
      for (const port of ports) {
        const use = byUse.get(keyOf(client, server, service.protocol, port));
        if (!use) return {};
        early |= use.days[0];
        late |= use.days[1];
        uses.push(use);
      }
    }
    const days = bitsIn(early) + bitsIn(late);
    const hours = uses.some((use) => use.hours.length === 0) ? [] : uses.flatMap((use) => use.hours);
    return {
      days,
      ...leaseOn(
        days,
        [...new Set(hours)].sort((a, b) => a - b),
      ),
    };
  };
}

function keyOf(client: string, server: string, protocol: number, port: number): string {
  return `${client}\t${server}\t${protocol}\t${port}`;
}

function bitsIn(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function isOneDay(dependencies: readonly Dependency[]): boolean {
  return dayOf(firstOf(dependencies)) === dayOf(lastOf(dependencies));
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY);
}

function leaseOf(hours: readonly number[], days: number, window: Window): Lease {
  const windowDays = (window.to - window.from) / DAY;
  const calendar = hours.length === 0 ? undefined : calendarOf(hours, windowDays);
  const keep = calendar ? 2 * PERIOD_DAYS[calendar.period] + GRACE_DAYS : UNPERIODIC_DAYS;
  const seen = `seen on ${days} of ${Math.round(windowDays)} days`;
  return {
    expires: new Date((window.to + keep * DAY) * 1000).toISOString(),
    reason: calendar
      ? `${seen}, ${calendar.words}; it lapses when it is missed twice`
      : `${seen}, without a period that can be told; it lapses unless it is used within ${keep} days`,
    calendar: calendar ?? null,
  };
}
