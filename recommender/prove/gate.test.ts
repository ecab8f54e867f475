import { policyOf } from '../model/policy.fixture';
import { NOTHING, shareOf, type Volume } from '../replay';
import { forecastOf } from './forecast';
import { judge, type Evidence } from './gate';
import { splitsOf } from './splits';

const DAY = 86_400;
const BUDGETS = { deniedConnections: 0.01, deniedPackets: 0.002, surface: 0.15 };
const forecast = forecastOf({ days: [], connections: [], uncovered: [], kinds: [] });
const volume = (connections: number, packets = connections * 10): Volume => ({ tuples: 1, connections, packets });

/** Pairs of groups with so many permitted and denied connections each, on one of the test days. */
function splitWith(day: number, pairs: readonly (readonly [permitted: number, denied: number])[]) {
  const tallies = pairs.map(([permitted, denied], pair) => ({
    client: `c-${pair}`,
    server: 's',
    permitted: permitted === 0 ? NOTHING : volume(permitted),
    denied: denied === 0 ? NOTHING : volume(denied, denied),
  }));
  const total = (of: 'permitted' | 'denied') =>
    tallies.reduce((sum, tally) => volume(sum.connections + tally[of].connections, sum.packets + tally[of].packets), {
      tuples: 0,
      connections: 0,
      packets: 0,
    } as Volume);
  const denied = total('denied');
  const legitimate = volume(total('permitted').connections + denied.connections);
  return {
    train: { from: 0, to: day * DAY },
    test: { from: day * DAY, to: (day + 1) * DAY },
    itself: false,
    rules: 3,
    legitimate,
    denied: shareOf(denied, legitimate),
    surface: 0.1,
    pairs: tallies,
  };
}

const judged = (splits: Evidence['splits'], surface = 0.1) =>
  judge({
    policy: policyOf([], [], []),
    created: '2026-03-01T00:00:00.000Z',
    window: { from: 0, to: 5 * DAY },
    budgets: BUDGETS,
    splits,
    surface,
    forecast,
  });
const PAIRS = Array.from({ length: 40 }, (_, pair) => [100, pair % 20 === 0 ? 5 : 0] as const);

describe('gate', () => {
  it('passes what stays within every budget, with intervals around what was measured', () => {
    const report = judged([splitWith(3, PAIRS), splitWith(4, PAIRS)]);
    expect(report).toMatchObject({ verdict: 'passed', passed: true });
    expect(report.words).toMatch(
      /^passed: on 1970-01-04 and 1970-01-05, 0\.25 % of connections would have been denied/,
    );
    const [connections] = report.checks;
    expect(connections?.value).toBeCloseTo(20 / 8020);
    const [low = 1, high = 0] = connections?.interval ?? [];
    expect(low).toBeLessThan(0.0025);
    expect(high).toBeGreaterThan(0.0025);
    expect(report.reservations[0]).toContain('groups are those of the whole window');
  });

  it.each([
    ['denied-connections', [...PAIRS, [0, 200] as const], 0.1],
    ['surface', PAIRS, 0.2],
  ] as const)('fails beyond the budget for %s, and says so', (name, pairs, surface) => {
    const report = judged([splitWith(3, pairs), splitWith(4, pairs)], surface);
    expect(report).toMatchObject({ verdict: 'failed', passed: false });
    expect(report.words).toContain(`beyond its budget for ${name}`);
    expect(report.checks.filter(({ within }) => !within).map((check) => check.name)).toContain(name);
  });

  it('does not take never for impossible', () => {
    const [few] = judged([
      splitWith(3, [
        [100, 0],
        [100, 0],
      ]),
    ]).checks;
    const [many] = judged([
      splitWith(
        3,
        Array.from({ length: 300 }, () => [100, 0] as const),
      ),
    ]).checks;
    // Two pairs: less than a share of 78 % would be missed more often than once in twenty.
    expect(few?.interval?.[1]).toBeCloseTo(1 - Math.sqrt(0.05));
    expect(many?.interval?.[1]).toBeCloseTo(3 / 300, 3);
  });

  it.each([
    [[], 'unproven: the window has 5 whole days (UTC), and it takes 3 to learn from some and judge by others'],
    [[splitWith(3, [])], 'unproven: nothing on the test days was answered'],
  ])('claims nothing without evidence', (splits, words) => {
    const report = judged(splits);
    expect(report).toMatchObject({ verdict: 'unproven', passed: false });
    expect(report.words).toContain(words);
  });

  it('has the same id for the same evidence', () => {
    expect(judged([splitWith(3, PAIRS)]).id).toBe(judged([splitWith(3, PAIRS)]).id);
    expect(judged([splitWith(3, PAIRS)]).id).not.toBe(judged([splitWith(4, PAIRS)]).id);
  });
});

describe('splits', () => {
  it.each([
    [{ from: 0, to: 2 * DAY }, []],
    [{ from: 3600, to: 3 * DAY }, []],
    [{ from: 0, to: 3 * DAY }, [1, 2]],
    [{ from: 3600, to: 4 * DAY + 3600 }, [2, 3]],
    [{ from: 0, to: 30 * DAY }, [25, 26, 27, 28, 29]],
  ])('tests the last whole days of %j', (window, days) => {
    expect(splitsOf(window).map(({ test }) => test.from / DAY)).toEqual(days);
    for (const { train, test } of splitsOf(window)) expect(train).toEqual({ from: window.from, to: test.from });
  });
});
