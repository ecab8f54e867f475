import type { Calendar, Evidence, Lease, Policy } from '../model/policy';
import { groupOf, of, policyOf, ruleOf, tcp } from '../model/policy.fixture';
import { dueTimes } from './calendar';
import { chanceOfSilence } from './habit';
import type { Observed } from './observed';
import { findQuietRules } from './quiet-rules';
import { findTelemetryGaps } from './telemetry-gaps';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 2026-10-01, a Thursday. */
const OCTOBER = Date.UTC(2026, 9, 1) / 1000;
/** 2026-10-31. */
const END = OCTOBER + 30 * DAY;
const EXPORTER = '10.255.0.1';

const NIGHTLY_AT_MONTHS_END: Calendar = {
  period: 'monthly',
  days: [-1],
  hours: { from: 22, to: 2 },
  words: 'on the last day of the month, 22:00 to 02:00 UTC',
};

function policy(evidence: Partial<Evidence>, lease?: Lease): Policy {
  const rule = ruleOf('r', [of('web')], [of('db')], [tcp(5432)]);
  const seen = { ...rule.evidence, firstSeen: OCTOBER, lastSeen: END - HOUR, reporters: [EXPORTER], ...evidence };
  return {
    ...policyOf(
      [
        {
          id: 's',
          category: 'application',
          name: 's',
          rules: [{ ...rule, evidence: seen, ...(lease ? { lease } : {}) }],
        },
      ],
      [groupOf('web', 'web', ['10.0.1.1']), groupOf('db', 'db', ['10.0.2.1'])],
      ['db'],
    ),
    window: { from: OCTOBER, to: END },
  };
}

/** Days since the policy was learned, on which the exporter was heard, and those on which the rule was used. */
function observed(
  days: number,
  { heard = days, used = [] }: { heard?: number; used?: readonly number[] } = {},
): Observed {
  const first = END / DAY;
  const list = used.map((day) => first + day);
  return {
    window: { from: END, to: END + days * DAY },
    hours: days * 24,
    uses: new Map(
      list.length === 0 ? [] : [['r', { connections: 1, lastSeen: (list.at(-1) ?? 0) * DAY + 23 * HOUR, days: list }]],
    ),
    heard: new Map([
      [
        EXPORTER,
        {
          until: END + heard * DAY,
          hours: new Map(Array.from({ length: heard }, (_, day) => [first + day, 24])),
        },
      ],
    ]),
    denied: [],
    uncounted: 0,
  };
}

const quiet = (given: Policy, seen: Observed) => findQuietRules(given, seen).map(({ because }) => because);

describe('rules gone quiet', () => {
  it.each([
    ['used every day, silent for one', { days: 30 }, observed(1), false],
    ['used every day, silent for two', { days: 30 }, observed(2), true],
    ['on weekdays only, over a weekend', { days: 22 }, observed(2), false],
    ['on weekdays only, for a week', { days: 22 }, observed(7), true],
    ['seen once in a month, silent for another', { days: 1 }, observed(30), false],
    ['used since', { days: 30 }, observed(10, { used: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }), false],
    ['used since, then no more', { days: 30 }, observed(10, { used: [0, 1, 2] }), true],
    ['silent no longer than once before', { days: 30 }, observed(9, { used: [0, 5] }), false],
    ['the exporter went with the traffic', { days: 30 }, observed(10, { heard: 0 }), false],
    [
      'learned from an exporter that is not heard too',
      { days: 30, reporters: [EXPORTER, '10.255.0.2'] },
      observed(10),
      false,
    ],
    ['of an earlier release, which tells hours only', { hours: 720 }, observed(2), true],
    ['never seen in use, as imported ones', { days: 30, connections: 0 }, observed(30), false],
  ])('%s', (_, evidence, seen, isQuiet) => {
    expect(quiet(policy(evidence), seen)).toHaveLength(isQuiet ? 1 : 0);
  });

  it('says why, with numbers', () => {
    expect(quiet(policy({ days: 30 }), observed(2))).toEqual([
      'used on 30 of 30 days, and on none of the 2 since 2026-10-30 that were heard; by chance that is 0.2 %',
    ]);
  });

  describe('with a calendar', () => {
    const backup = policy(
      { days: 1 },
      { expires: '2027-01-01T00:00:00Z', reason: 'monthly', calendar: NIGHTLY_AT_MONTHS_END },
    );
    it.each([
      ['not due yet', observed(1), []],
      ['due, and there', observed(3, { used: [0] }), []],
      [
        'due, and missed',
        observed(3),
        ['it is due on the last day of the month, 22:00 to 02:00 UTC, and did not come 1 time from 2026-10-31 on'],
      ],
      ['due while the exporter was away', observed(3, { heard: 1 }), []],
    ])('%s', (_, seen, said) => {
      expect(quiet(backup, seen)).toEqual(said);
    });
  });
});

describe('when periodic traffic is due', () => {
  const at = (text: string) => Date.parse(text) / 1000;
  it.each([
    ['daily', { period: 'daily', days: [], hours: { from: 1, to: 3 } }, ['2026-10-01T01', '2026-10-02T01']],
    ['weekly', { period: 'weekly', days: [5], hours: { from: 0, to: 24 } }, ['2026-10-02T00']],
    ['over midnight', { period: 'weekly', days: [4], hours: { from: 22, to: 2 } }, ['2026-10-01T22']],
    ['on a Sunday', { period: 'weekly', days: [7], hours: { from: 1, to: 2 } }, []],
  ] as const)('%s', (_, calendar, due) => {
    const times = dueTimes({ ...calendar, words: '' }, { from: OCTOBER, to: OCTOBER + 2 * DAY + 3 * HOUR });
    expect(times.slice(0, 2).map(({ from }) => from)).toEqual(due.map((hour) => at(`${hour}:00:00Z`)));
  });
});

describe('silent exporters', () => {
  it.each([
    ['heard to the end', observed(3), 0],
    ['silent for a day after a day', observed(2, { heard: 1 }), 1],
    ['never heard since', { ...observed(1), heard: new Map() }, 1],
  ])('%s', (_, seen, count) => {
    const gaps = findTelemetryGaps(policy({ days: 30, hours: 720 }), seen);
    expect(gaps.map(({ exporter, rules }) => [exporter, rules.length])).toEqual(
      Array.from({ length: count }, () => [EXPORTER, 1]),
    );
  });

  it('are none where files were uploaded that name none', () => {
    const uploaded = policy({ days: 30, hours: 720, reporters: ['::'] });
    expect(findTelemetryGaps(uploaded, { ...observed(10), heard: new Map() })).toEqual([]);
  });
});

it('asks for more patience the less is known', () => {
  const patience = (active: number, days: number) => {
    let silent = 1;
    while (chanceOfSilence({ active, observed: days }, silent) >= 0.01) silent++;
    return silent;
  };
  expect([patience(30, 30), patience(22, 30), patience(1, 1), patience(1, 30)]).toEqual([2, 4, 13, 275]);
});
