import { MOST_USERS } from '../inventory/logged-on';
import type { Reason } from '../model/topology';
import type { Workload } from '../model/workload';

/** Users named in a sentence before the rest is only counted. */
const MOST_NAMED = 2;

/**
 * Who was logged on to the workloads of a group, those first who were on most of them.
 *
 * @param counts whether it is why they are together
 * @returns nothing where nobody was
 */
export function loggedOnReasons(workloads: readonly Workload[], counts: boolean): Reason[] {
  const places = new Map<string, number>();
  let used = 0;
  let atLeast = '';
  for (const { users = [] } of workloads) {
    if (users.length > 0) used++;
    if (users.length >= MOST_USERS) atLeast = 'at least ';
    for (const user of users) places.set(user, (places.get(user) ?? 0) + 1);
  }
  if (used === 0) return [];
  const names = [...places].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([user]) => user);
  const [named, rest] = [names.slice(0, MOST_NAMED), names.length - MOST_NAMED];
  const who = rest > 0 ? `${named.join(', ')} and ${atLeast}${rest} more` : named.join(' and ');
  const where = workloads.length === 1 ? 'to it' : `to ${used} of its ${workloads.length} workloads`;
  const verb = names.length === 1 ? 'was' : 'were';
  return [{ text: `${who} ${verb} logged on ${where}`, weight: counts ? used / workloads.length : 0 }];
}
