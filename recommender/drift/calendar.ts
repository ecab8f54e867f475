import type { Window } from '../../analytics/model/topology';
import type { Calendar } from '../model/policy';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** When periodic traffic was due within a window, whole times only, epoch seconds. */
export function dueTimes(calendar: Calendar, { from, to }: Window): Window[] {
  const { hours } = calendar;
  const length = (hours.to > hours.from ? hours.to - hours.from : hours.to + 24 - hours.from) * HOUR;
  const due: Window[] = [];
  for (let day = Math.floor(from / DAY) * DAY - DAY; day < to; day += DAY) {
    const begin = day + hours.from * HOUR;
    if (isDue(calendar, day) && begin >= from && begin + length <= to) due.push({ from: begin, to: begin + length });
  }
  return due;
}

/** @param midnight epoch seconds */
function isDue({ period, days }: Calendar, midnight: number): boolean {
  if (days.length === 0) return true;
  const date = new Date(midnight * 1000);
  switch (period) {
    case 'daily':
      return true;
    case 'weekly':
      return days.includes(date.getUTCDay() === 0 ? 7 : date.getUTCDay());
    case 'monthly': {
      const isLast = new Date((midnight + DAY) * 1000).getUTCDate() === 1;
      return days.includes(date.getUTCDate()) || (isLast && days.includes(-1));
    }
  }
}
