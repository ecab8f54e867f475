/** On how many of the days that were looked at something was used. */
export interface Habit {
  readonly active: number;
  readonly observed: number;
}

/**
 * How likely so many days without use would be if nothing had changed: the beta-binomial predictive probability under a
 * uniform prior (Laplace's rule of succession, day after day). What was used on all of 30 days is at 0.2 % after two days
 * of silence; on one of one, at 1 % only after thirteen; on one of 30, after nine months: little evidence asks for patience.
 *
 * @param days without use since
 */
export function chanceOfSilence({ active, observed }: Habit, days: number): number {
  let chance = 1;
  for (let day = 0; day < days; day++) chance *= (observed - active + 1 + day) / (observed + 2 + day);
  return chance;
}

/** A silence less likely than this is not by chance: one false alarm among a hundred rules that are as they were. */
export const SIGNIFICANT = 0.01;

/** Of sorted days, the most in a row between two of them. */
export function longestGap(days: readonly number[]): number {
  return days.reduce((longest, day, i) => Math.max(longest, day - (days[i - 1] ?? day) - 1), 0);
}
