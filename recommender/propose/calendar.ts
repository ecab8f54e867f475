import type { Calendar } from '../model/policy';

const HOUR = 3_600;
const DAY = 86_400;
/** Fewer occasions are no period. A month needs two month-ends, a week three of the same weekday. */
const LEAST_WEEKS = 3;
const LEAST_MONTHS = 2;
/** What is due on more days than these is no appointment. */
const MOST_DAYS = 2;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/**
 * The period of rare use: the same one or two weekdays in (nearly) every week of the window, or the same day, first or
 * last, of every month. An occasion may run past midnight.
 *
 * @param hours with traffic, epoch seconds of their beginning, sorted, at least one
 * @param windowDays that were looked at
 */
export function calendarOf(hours: readonly number[], windowDays: number): Calendar | undefined {
  const occasions = occasionsOf(hours);
  const starts = occasions.map(({ from }) => new Date(from * 1000));
  const between = spanOf(occasions);
  const weekdays = [...new Set(starts.map((start) => ((start.getUTCDay() + 6) % 7) + 1))].sort((a, b) => a - b);
  const weeks = new Set(starts.map((start) => Math.floor((start.getTime() / 1000 / DAY + 3) / 7))).size;
  if (weekdays.length <= MOST_DAYS && weeks >= LEAST_WEEKS && weeks >= Math.floor(windowDays / 7) - 1) {
    const words = `on ${weekdays.map((day) => `${WEEKDAYS[day - 1] ?? ''}s`).join(' and ')}, ${hoursWords(between)}`;
    return { period: 'weekly', days: weekdays, hours: between, words };
  }
  const months = new Set(starts.map((start) => start.getUTCFullYear() * 12 + start.getUTCMonth())).size;
  if (months < LEAST_MONTHS) return undefined;
  const monthDays = [...new Set(starts.map((start) => start.getUTCDate()))].sort((a, b) => a - b);
  const days = starts.every(isLastOfMonth) ? [-1] : monthDays;
  if (days.length > MOST_DAYS) return undefined;
  const on = days.map((day) => (day === -1 ? 'the last day' : `day ${day}`)).join(' and ');
  return { period: 'monthly', days, hours: between, words: `on ${on} of the month, ${hoursWords(between)}` };
}

interface Occasion {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Hours that follow each other, with at most an hour between, are one. */
function occasionsOf(hours: readonly number[]): Occasion[] {
  const found: Occasion[] = [];
  for (const hour of hours) {
    const last = found.at(-1);
    if (last && hour <= last.to + HOUR) found[found.length - 1] = { from: last.from, to: hour + HOUR };
    else found.push({ from: hour, to: hour + HOUR });
  }
  return found;
}

/** Hours of the day that hold every occasion, the last of them beyond midnight where it must; the whole day from a day on. */
function spanOf(occasions: readonly Occasion[]): Calendar['hours'] {
  const from = Math.min(...occasions.map((occasion) => (occasion.from % DAY) / HOUR));
  const to = Math.max(
    ...occasions.map((occasion) => (occasion.from % DAY) / HOUR + (occasion.to - occasion.from) / HOUR),
  );
  if (to - from >= 24) return { from: 0, to: 24 };
  return { from, to: to > 24 ? to - 24 : to };
}

function isLastOfMonth(date: Date): boolean {
  return new Date(date.getTime() + DAY * 1000).getUTCDate() === 1;
}

function hoursWords({ from, to }: Calendar['hours']): string {
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  return from === 0 && to === 24 ? 'all day UTC' : `${clock(from)} to ${clock(to)} UTC`;
}
