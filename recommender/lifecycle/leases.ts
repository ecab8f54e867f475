import { formatTime } from '../../ingest/kernel/time';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { dueAfter, dueBefore } from './due';
import { isInForce, unitState } from './fold-events';
import type { PolicyState, Stage } from './model';
import { unitsOf } from './units';

const DAY = 86_400;
/** Two weeks leave time for a change window. */
const SOON = 14 * DAY;
/** A month's end that falls on a weekend is done a day later, or two. */
const GRACE = 2 * DAY;

type Renewals = Pick<PolicyState, 'leases'>;

/**
 * Until when a rule is leased, in epoch seconds; undefined for one that is for ever. What comes periodically is not over
 * before its next time after it was last seen.
 */
export function leaseEnd(rule: Rule, { leases }: Renewals): number | undefined {
  const { lease } = rule;
  if (!lease) return undefined;
  const ends = [lease.expires, leases.get(rule.id) ?? lease.expires].map(secondsOf);
  const due = lease.calendar ? dueAfter(lease.calendar, rule.evidence.lastSeen + 1) : undefined;
  return Math.max(...ends, due ? due.to + GRACE : 0);
}

/**
 * New ends of leases by rule id, ISO 8601, of rules whose use renews them: as long again as they were given at first; of
 * a periodic one that was used when it was last due, until it is due again.
 *
 * @param uses epoch seconds of the last use, by rule id
 */
export function renewLeases(
  policy: Policy,
  renewals: Renewals,
  uses: ReadonlyMap<string, number>,
  now: number,
): Record<string, string> {
  const renewed: Record<string, string> = {};
  for (const rule of rulesInOrder(policy)) {
    const used = uses.get(rule.id);
    const end = leaseEnd(rule, renewals);
    if (used === undefined || end === undefined || used > now) continue;
    const next = nextEnd(rule, policy, used, now);
    // Less than a day more is not worth an event.
    if (next !== undefined && next >= end + DAY) renewed[rule.id] = new Date(next * 1000).toISOString();
  }
  return renewed;
}

function nextEnd({ lease }: Rule, { window }: Policy, used: number, now: number): number | undefined {
  if (!lease) return undefined;
  if (!lease.calendar) return used + Math.max(DAY, secondsOf(lease.expires) - window.to);
  const last = dueBefore(lease.calendar, now);
  if (last && used < last.from - GRACE) return undefined;
  const next = dueAfter(lease.calendar, Math.max(used, last?.to ?? 0));
  return next && next.to + GRACE;
}

export interface LeaseStatus {
  readonly rule: string;
  readonly words: string;
  /** ISO 8601. */
  readonly expires: string;
  readonly state: 'running' | 'expiring' | 'expired';
  readonly stage: Stage;
  /** "seen on 1 of 30 days; on the last day of the month; renewed by use; ends in 3 days". */
  readonly text: string;
}

/** Of all leased rules, the first to end first. */
export function leaseStatuses(
  policy: Policy,
  state: Pick<PolicyState, 'units' | 'leases'>,
  now: number,
): LeaseStatus[] {
  return unitsOf(policy)
    .flatMap((unit) => {
      if (unit.kind === 'closing') return [];
      const { rule } = unit;
      const end = leaseEnd(rule, state);
      if (!rule.lease || end === undefined) return [];
      const status: LeaseStatus['state'] = end <= now ? 'expired' : end <= now + SOON ? 'expiring' : 'running';
      const parts = [
        rule.lease.reason,
        rule.lease.calendar?.words,
        state.leases.has(rule.id) ? 'renewed by use' : undefined,
        `${end <= now ? 'ended' : 'ends'} ${formatTime(end)}`,
      ];
      const { stage } = unitState(state, unit.key);
      const text = parts.filter((part) => part !== undefined).join('; ');
      return [{ end, status: { rule: rule.id, words: rule.words, expires: iso(end), state: status, stage, text } }];
    })
    .sort((a, b) => a.end - b.end || (a.status.rule < b.status.rule ? -1 : 1))
    .map(({ status }) => status);
}

/** Ids of rules that are in force though their lease has ended. */
export function overdueRules(policy: Policy, state: Pick<PolicyState, 'units' | 'leases'>, now: number): string[] {
  return leaseStatuses(policy, state, now).flatMap((lease) =>
    lease.state === 'expired' && isInForce(lease.stage) ? [lease.rule] : [],
  );
}

function secondsOf(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
