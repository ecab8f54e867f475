import type { MergePath, MergeStep } from './merge-path';
import type { Policy } from '../model/policy';
import { policyOf, ruleOf, SHOP } from '../model/policy.fixture';
import { rulesInOrder } from '../model/decide';
import { kneeOf, tradeOff } from './trade-off';

const rules = Array.from({ length: 10 }, (_, at) => ruleOf(`r-${at}`, [], [], []));

/** Ten rules that open a hundred of a thousand, and what each merge leaves open. */
function pathOf(...opens: readonly number[]): MergePath {
  return {
    rules: 10,
    open: 100,
    surface: 0.1,
    steps: opens.map((open, at): MergeStep => ({
      rules: 9 - at,
      open,
      surface: open / 1000,
      section: 's',
      extra: open > 100 ? [{ sources: [], destinations: [], services: [] }] : [],
      words: open > 100 ? `opens to ${open}` : '',
    })),
    after: (steps) =>
      policyOf([{ id: 's', category: 'application', name: 's', rules: rules.slice(steps) }], SHOP.groups, []),
  };
}

const PATH = pathOf(100, 100, 101, 102, 104, 300, 600, 900);

describe('kneeOf', () => {
  it.each([
    ['before merges begin to open much', PATH, {}, 5],
    ['within the surface', PATH, { surface: 0.102 }, 4],
    ['within the number of rules', PATH, { rules: 4 }, 6],
    ['at the first with so few rules, where no point keeps to both', PATH, { rules: 3, surface: 0.2 }, 7],
    ['at the end, where no merge opens anything', pathOf(100, 100), {}, 2],
    ['where there is nothing to merge', pathOf(), {}, 0],
    ['at the end, where there are more rules than wanted even there', pathOf(100, 120), { rules: 1 }, 2],
  ])('is %s', (_, path, budgets, steps) => {
    expect(kneeOf(path, budgets)).toBe(steps);
  });
});

describe('tradeOff', () => {
  it('has the policy as it is, what opens nothing, the knee and the end, and judges each', async () => {
    const { points, knee } = await tradeOff(PATH, (policy) => {
      const left = rulesInOrder(policy).length;
      return { denied: left / 100, deniedPackets: left / 1000 };
    });
    expect(points.map((point) => point.steps)).toEqual([0, 2, 3, 4, 5, 6, 7, 8]);
    expect(points[1]).toEqual({
      steps: 2,
      rules: 8,
      open: 100,
      surface: 0.1,
      denied: 0.08,
      deniedPackets: 0.008,
      words: '',
    });
    expect(points.at(-1)).toMatchObject({ rules: 2, surface: 0.9, denied: 0.02, words: 'opens to 900' });
    expect(knee).toBe(points[4]);
  });

  it('goes on to where few enough are denied', async () => {
    const { knee } = await tradeOff(
      PATH,
      (policy) => ({ denied: rulesInOrder(policy).length / 100, deniedPackets: 0 }),
      {
        denied: 0.03,
      },
    );
    expect(knee.rules).toBe(3);
  });

  it('keeps to the surface wherever any point keeps to all budgets', async () => {
    const denying = (policy: Policy) => ({ denied: rulesInOrder(policy).length / 100, deniedPackets: 0 });
    const { knee, why } = await tradeOff(PATH, denying, { denied: 0.05, surface: 0.5 });
    expect([knee.steps, knee.surface, knee.denied]).toEqual([5, 0.104, 0.05]);
    expect(why).toContain('within the budgets');
    const beyond = await tradeOff(PATH, denying, { denied: 0.03, surface: 0.5 });
    expect([beyond.knee.steps, beyond.knee.surface]).toEqual([5, 0.104]);
    expect(beyond.why).toContain('no point keeps to all budgets');
  });

  it('judges nothing where nothing was held out', async () => {
    const { points } = await tradeOff(PATH);
    expect(new Set(points.map(({ denied, deniedPackets }) => denied ?? deniedPackets))).toEqual(new Set([null]));
  });
});
