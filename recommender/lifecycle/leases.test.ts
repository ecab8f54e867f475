import type { Calendar, Lease, Policy } from '../model/policy';
import { SHOP } from '../model/policy.fixture';
import { dueAfter, dueBefore } from './due';
import { foldEvents } from './fold-events';
import { leaseStatuses, renewLeases } from './leases';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const calendarOf = (calendar: Partial<Calendar>): Calendar => ({
  period: 'monthly',
  days: [-1],
  hours: { from: 22, to: 2 },
  words: 'at the end of the month',
  ...calendar,
});

describe('calendars', () => {
  it.each<[Partial<Calendar>, string, string, string]>([
    [{}, '2026-02-10T00:00', '2026-01-31T22:00', '2026-02-28T22:00'],
    [{}, '2026-03-01T01:00', '2026-01-31T22:00', '2026-03-31T22:00'],
    [{ days: [31] }, '2026-04-15T00:00', '2026-03-31T22:00', '2026-05-31T22:00'],
    [{ days: [1, 15] }, '2026-04-15T00:00', '2026-04-01T22:00', '2026-04-15T22:00'],
    [
      { period: 'weekly', days: [7], hours: { from: 3, to: 5 } },
      '2026-04-08T00:00',
      '2026-04-05T03:00',
      '2026-04-12T03:00',
    ],
    [
      { period: 'daily', days: [], hours: { from: 0, to: 24 } },
      '2026-04-08T12:00',
      '2026-04-07T00:00',
      '2026-04-09T00:00',
    ],
  ])('%j around %s', (calendar, moment, before, after) => {
    expect(dueBefore(calendarOf(calendar), at(moment))?.from).toBe(at(before));
    expect(dueAfter(calendarOf(calendar), at(moment))?.from).toBe(at(after));
  });

  it('that never come are never due', () => {
    expect(dueAfter(calendarOf({ days: [30, 31].slice(2), period: 'weekly' }), 0)).toBeDefined();
    expect(dueAfter(calendarOf({ period: 'weekly', days: [31] }), 0)).toBeUndefined();
  });
});

describe('leases', () => {
  const seen = at('2026-01-31T23:00');
  const leased = (lease: Lease): Policy => ({
    ...SHOP,
    window: { from: at('2026-01-02T00:00'), to: at('2026-02-01T00:00') },
    sections: SHOP.sections.map((section) => ({
      ...section,
      rules: section.rules.map((rule) =>
        rule.id === 'r-partner' ? { ...rule, lease, evidence: { ...rule.evidence, lastSeen: seen } } : rule,
      ),
    })),
  });
  const rare = leased({ expires: '2026-03-03T00:00:00.000Z', reason: 'seen on 1 of 30 days', calendar: null });
  const monthly = leased({
    expires: '2026-02-15T00:00:00.000Z',
    reason: 'seen at 1 end of month',
    calendar: calendarOf({}),
  });
  const none = foldEvents([]);
  const stateOf = (policy: Policy, now: string) => leaseStatuses(policy, none, at(now)).map(({ state }) => state);

  it('are as long again once the rule is used', () => {
    const uses = new Map([['r-partner', at('2026-02-20T00:00')]]);
    expect(renewLeases(rare, none, uses, at('2026-02-21T00:00'))).toEqual({ 'r-partner': '2026-03-22T00:00:00.000Z' });
    expect(renewLeases(rare, none, new Map(), at('2026-02-21T00:00'))).toEqual({});
    expect(renewLeases(rare, none, new Map([['r-dns', at('2026-02-20T00:00')]]), at('2026-02-21T00:00'))).toEqual({});
  });

  it('end', () => {
    expect(stateOf(rare, '2026-02-01T00:00')).toEqual(['running']);
    expect(stateOf(rare, '2026-02-20T00:00')).toEqual(['expiring']);
    expect(stateOf(rare, '2026-03-03T00:00')).toEqual(['expired']);
    expect(leaseStatuses(rare, none, at('2026-02-20T00:00'))[0]).toMatchObject({
      stage: 'draft',
      text: 'seen on 1 of 30 days; ends 2026-03-03 00:00 UTC',
    });
  });

  it('of what is periodic wait for its next time, whatever was said', () => {
    expect(stateOf(monthly, '2026-02-27T00:00')).toEqual(['expiring']);
    expect(stateOf(monthly, '2026-03-02T23:00')).toEqual(['expiring']);
    expect(stateOf(monthly, '2026-03-03T03:00')).toEqual(['expired']);
    const used = new Map([['r-partner', at('2026-02-28T22:30')]]);
    expect(renewLeases(monthly, none, used, at('2026-03-01T06:00'))).toEqual({
      'r-partner': '2026-04-03T02:00:00.000Z',
    });
    // Silence since is no reason to end it, and no reason to go on beyond its next time.
    const before = new Map([['r-partner', seen]]);
    expect(renewLeases(monthly, none, before, at('2026-02-20T00:00'))).toEqual({});
    expect(renewLeases(monthly, none, before, at('2026-03-05T00:00'))).toEqual({});
  });
});
