import type { Window } from '../../analytics/model/topology';

/** Learned from the days before, judged by the day after. */
export interface Split {
  readonly train: Window;
  /** A whole UTC day. */
  readonly test: Window;
}

const DAY = 86_400;
/** Whole days that a window must have: one to learn from and two to judge by. */
export const LEAST_DAYS = 3;
const MOST_TESTS = 5;

/**
 * The last days of a window, each tested by what all days before it teach: at most the last third, but two, as a draft
 * made from few days is worse than the one that is to be judged. None where the window has too few whole days.
 */
export function splitsOf({ from, to }: Window): Split[] {
  const [first, end] = [Math.ceil(from / DAY), Math.floor(to / DAY)];
  const days = end - first;
  if (days < LEAST_DAYS) return [];
  const tests = Math.max(2, Math.min(MOST_TESTS, Math.floor(days / 3)));
  return Array.from({ length: tests }, (_, at) => {
    const day = (end - tests + at) * DAY;
    return { train: { from, to: day }, test: { from: day, to: day + DAY } };
  });
}

/** How many whole UTC days a window has. */
export function wholeDays({ from, to }: Window): number {
  return Math.max(0, Math.floor(to / DAY) - Math.ceil(from / DAY));
}
