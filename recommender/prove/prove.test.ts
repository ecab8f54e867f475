import {
  hourOf,
  openTestStore,
  putHours,
  TEN,
  type TestStore,
} from '../../analytics/conversations/query/testing/conversations';
import { sumDays } from '../../analytics/conversations';
import { workloadOf } from '../propose/topology.fixture';
import { groupOf, of, policyOf, ruleOf, tcp } from '../model/policy.fixture';
import type { Policy } from '../model/policy';
import { groundOf } from '../replay';
import { asDraft } from './own-rules';
import { proveDraft } from './prove';
import { readIncidence } from './read-incidence';

jest.setTimeout(60_000);

const DAY = 86_400;
const DAYS = 6;
const MIDNIGHT = TEN - (TEN % DAY);
const WINDOW = { from: MIDNIGHT, to: MIDNIGHT + DAYS * DAY };
const GROUND = groundOf([workloadOf('web', ['10.0.0.1']), workloadOf('db', ['10.0.0.2'])], ['10.0.0.0/8']);
const INPUT = {
  window: WINDOW,
  ground: GROUND,
  budgets: { deniedConnections: 0.01, deniedPackets: 0.002, surface: 0.6 },
  now: '2026-11-22T00:00:00.000Z',
};
const GROUPS = [groupOf('web', 'web', ['10.0.0.1']), groupOf('db', 'db', ['10.0.0.2'])];
/** The port that is new on each day beside 5432, which is used on all. */
const allowing = (...ports: number[]): Policy =>
  policyOf(
    [
      {
        id: 's',
        category: 'application',
        name: 's',
        rules: ports.map((port) => ruleOf(`r-${port}`, [of('web')], [of('db')], [tcp(port)])),
      },
    ],
    GROUPS,
    ['web', 'db'],
  );

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore('prove');
  await putHours(
    test.store,
    Array.from({ length: DAYS }, (_, day) => [
      hourOf(24 * day, '10.0.0.1', '10.0.0.2', { port: 5432, connections: 990, established: 990 }),
      hourOf(24 * day, '10.0.0.1', '10.0.0.2', { port: 8000 + day, connections: 10, established: 10 }),
    ]).flat(),
  );
});
afterAll(() => test.close());

describe('proving a draft', () => {
  it('judges each test day by what the days before it propose', async () => {
    const asked: number[] = [];
    const propose = (train: { to: number }) => {
      const days = (train.to - MIDNIGHT) / DAY;
      asked.push(days);
      return Promise.resolve(allowing(5432, ...Array.from({ length: days }, (_, day) => 8000 + day)));
    };
    const draft = { ...allowing(5432, 8000, 8001, 8002, 8003, 8004, 8005), window: WINDOW };
    const report = await proveDraft({ store: test.store, propose }, draft, INPUT);
    expect(asked).toEqual([4, 5]);
    expect(report.splits).toMatchObject([
      { itself: false, legitimate: { connections: 1000 }, denied: { connections: 10 } },
      { itself: false, legitimate: { connections: 1000 }, denied: { connections: 10 } },
    ]);
    expect(report.checks).toMatchObject([
      { name: 'denied-connections', value: 0.01, within: true },
      { name: 'denied-packets', value: 0.5, within: false },
      { name: 'surface', value: 1, within: false },
    ]);
    expect(report.verdict).toBe('failed');
    expect(report.forecast.outlooks[0]).toMatchObject({ uncovered: 0, unseen: 0.01 });
  });

  it('judges the draft itself by days behind its window', async () => {
    const draft = { ...allowing(5432, 8004), window: { from: MIDNIGHT, to: MIDNIGHT + 4 * DAY } };
    const never = () => Promise.reject(new Error('nothing is to be proposed'));
    const { splits, reservations } = await proveDraft({ store: test.store, propose: never }, draft, INPUT);
    expect(splits).toMatchObject([
      { itself: true, denied: { connections: 0 } },
      { itself: true, denied: { connections: 10 } },
    ]);
    expect(reservations).toEqual([]);
  });

  it('does not excuse a draft from which a rule that is needed was taken', async () => {
    const draft = { ...allowing(8000, 8001, 8002, 8003, 8004, 8005), window: WINDOW };
    const propose = () => Promise.resolve(allowing(5432, 8000, 8001, 8002, 8003, 8004, 8005));
    const report = await proveDraft({ store: test.store, propose }, draft, INPUT);
    expect(report.splits).toMatchObject([
      { itself: false, rules: 6, denied: { connections: 990 } },
      { itself: false, rules: 6, denied: { connections: 990 } },
    ]);
    expect(report.checks[0]).toMatchObject({ name: 'denied-connections', value: 0.99, within: false });
    expect(report.passed).toBe(false);
  });

  it('reads on which days rules were used, and what had none', async () => {
    const window = { from: MIDNIGHT - 3600, to: MIDNIGHT + 3 * DAY + 3600 };
    const read = () => readIncidence(test.store, allowing(5432, 8001), { window, ground: GROUND });
    const found = await read();
    expect(found).toEqual({
      days: [0, 1, 2].map((day) => MIDNIGHT + day * DAY),
      connections: [1000, 1000, 1000],
      uncovered: [10, 0, 10],
      kinds: [
        { on: [0, 1, 2], connections: [990, 990, 990] },
        { on: [1], connections: [10] },
      ],
    });
    await sumDays(test.store, WINDOW);
    expect(await read()).toEqual(found);
  });

  it('keeps what people made in every split', () => {
    const [section] = allowing(22).sections;
    const edited = section?.rules.map((rule) => ({ ...rule, origin: 'edited' as const })) ?? [];
    const draft: Policy = {
      ...allowing(),
      sections: section ? [{ ...section, rules: [...edited, ruleOf('r-learned', [], [], [])] }] : [],
      closures: [{ group: 'db', inbound: 'deny', outbound: 'open' }],
    };
    const split = asDraft({ ...allowing(5432), groups: [], appliedTo: [] }, draft);
    expect(split.sections.map(({ rules }) => rules.map(({ id }) => id))).toEqual([['r-22'], ['r-5432']]);
    expect(split).toMatchObject({ groups: GROUPS, appliedTo: ['web', 'db'], closures: draft.closures });
  });
});
