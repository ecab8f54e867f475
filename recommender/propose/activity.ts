import type { Dependency } from '../../analytics/model/dependency';
import type { Window } from '../../analytics/model/topology';
import { hasPorts } from '../../ingest/kernel/port';
import type { Lease } from '../model/policy';
import { calendarOf } from './calendar';
import { firstOf, lastOf } from './evidence';

/** When two workloads used one port: hours with traffic, epoch seconds of their beginning, sorted. Of rare use only. */
export interface Activity {
  /** Workload ids. */
  readonly client: string;
  readonly server: string;
  readonly protocol: number;
  readonly port: number;
  readonly hours: readonly number[];
}

export type ActivityOf = (dependencies: readonly Dependency[]) => { readonly days?: number; readonly lease?: Lease };

const HOUR = 3_600;
const DAY = 86_400;
/** In a shorter window everything is rare, and nothing can be told of a week. */
const LEAST_WINDOW_DAYS = 14;
/** Active on at most this share of the days, a use is rare; what is used every working day is on five of seven. */
const RARE_SHARE = 0.25;
/** Of what shows no period: so long must it be seen again to stay. */
const UNPERIODIC_DAYS = 30;
const GRACE_DAYS = 7;
const PERIOD_DAYS = { daily: 1, weekly: 7, monthly: 31 } as const;

/** More hours than these are no rare use, and nobody needs to know which they are. */
export function mostRareHours({ from, to }: Window): number {
  return Math.floor(((to - from) / HOUR) * RARE_SHARE);
}

/**
 * The days of a rule's use, and a lease where it is rare: a rule of which any use is an everyday's needs none. A lease runs
 * from the end of the window, so that the same window gives the same one whenever it is looked at.
 *
 * @param known hours of all uses that have at most `mostRareHours`; undefined where nobody looked
 */
export function activities(known: readonly Activity[] | undefined, window: Window): ActivityOf {
  const windowDays = (window.to - window.from) / DAY;
  const byUse = new Map(
    (known ?? []).map(({ client, server, protocol, port, hours }) => [
      `${client}\t${server}\t${protocol}\t${port}`,
      hours,
    ]),
  );
  const leaseOn = (hours: readonly number[]): { readonly lease?: Lease } => {
    const days = new Set(hours.map(dayOf)).size;
    return windowDays < LEAST_WINDOW_DAYS || days > RARE_SHARE * windowDays
      ? {}
      : { lease: leaseOf(hours, days, window) };
  };
  return (dependencies) => {
    if (isOneDay(dependencies)) return { days: 1, ...leaseOn([HOUR * Math.floor(firstOf(dependencies) / HOUR)]) };
    if (known === undefined) return {};
    const hours = new Set<number>();
    for (const { client, server, service, ports } of dependencies) {
      for (const port of hasPorts(service.protocol) || ports.length > 0 ? ports : [0]) {
        const own = byUse.get(`${client}\t${server}\t${service.protocol}\t${port}`);
        if (!own) return {};
        for (const hour of own) hours.add(hour);
      }
    }
    const days = new Set([...hours].map(dayOf)).size;
    return days === 0 ? {} : { days, ...leaseOn([...hours].sort((a, b) => a - b)) };
  };
}

function isOneDay(dependencies: readonly Dependency[]): boolean {
  return dayOf(firstOf(dependencies)) === dayOf(lastOf(dependencies));
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY);
}

function leaseOf(hours: readonly number[], days: number, window: Window): Lease {
  const windowDays = (window.to - window.from) / DAY;
  const calendar = calendarOf(hours, windowDays);
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
