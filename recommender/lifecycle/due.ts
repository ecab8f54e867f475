import type { Calendar } from '../model/policy';

/** Epoch seconds; end exclusive. */
export interface Due {
  readonly from: number;
  readonly to: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** From the 31st of one month to that of the next with so many days, and one more. */
const LONGEST_WAIT_DAYS = 63;

/** The first time that begins at or after a moment; undefined for a calendar that never comes. */
export function dueAfter(calendar: Calendar, moment: number): Due | undefined {
  return findDue(calendar, moment, 1, ({ from }) => from >= moment);
}

/** The last time that is over by a moment. */
export function dueBefore(calendar: Calendar, moment: number): Due | undefined {
  return findDue(calendar, moment, -1, ({ to }) => to <= moment);
}

function findDue(calendar: Calendar, moment: number, step: 1 | -1, fits: (due: Due) => boolean): Due | undefined {
  const today = moment - (moment % DAY);
  for (let i = 0; i <= LONGEST_WAIT_DAYS; i++) {
    const day = today + step * i * DAY;
    if (!isDueOn(calendar, day)) continue;
    const { from, to } = calendar.hours;
    const due = { from: day + from * HOUR, to: day + to * HOUR + (to > from ? 0 : DAY) };
    if (fits(due)) return due;
  }
  return undefined;
}

function isDueOn({ period, days }: Calendar, day: number): boolean {
  if (days.length === 0 || period === 'daily') return true;
  const date = new Date(day * 1000);
  // Sunday is 0 to JavaScript and 7 to ISO 8601.
  if (period === 'weekly') return days.includes(date.getUTCDay() || 7);
  const isLast = new Date((day + DAY) * 1000).getUTCDate() === 1;
  return days.includes(date.getUTCDate()) || (isLast && days.includes(-1));
}
