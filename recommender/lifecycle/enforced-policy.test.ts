import * as fc from 'fast-check';
import { compare } from '../export/compare';
import { arbitraryPolicy } from '../model/arbitrary-policy.fixture';
import { createFilter, rulesInOrder } from '../model/decide';
import { groupsClosed } from '../model/closing';
import type { Policy } from '../model/policy';
import { ruleOf, SHOP } from '../model/policy.fixture';
import { addressSet, holds, unionOf } from '../model/address-set';
import { enforcedPolicy } from './enforced-policy';
import { foldEvents } from './fold-events';
import { STAGES, type PolicyEvent, type PolicyState, type Stage, type UnitState } from './model';
import { unitsOf } from './units';

const DAY = 86_400;
const NOW = 1_760_000_000;

function stateWith(policy: Policy, stages: readonly Stage[], leases: Record<string, string> = {}): PolicyState {
  const units = unitsOf(policy).map(({ key }, i): [string, UnitState] => [
    key,
    { stage: stages[i % stages.length] ?? 'draft', author: '', reviewers: [], approvers: [] },
  ]);
  return { ...foldEvents([]), units: new Map(units), leases: new Map(Object.entries(leases)) };
}

describe('enforcedPolicy', () => {
  const leased = (expires: number): Policy => ({
    ...SHOP,
    sections: SHOP.sections.map((section) => ({
      ...section,
      rules: section.rules.map((rule) =>
        rule.id === 'r-partner'
          ? { ...rule, lease: { expires: new Date(expires * 1000).toISOString(), reason: 'seen once', calendar: null } }
          : rule,
      ),
    })),
  });

  it('is the draft where all is enforced, and nothing where nothing is', () => {
    expect(enforcedPolicy(SHOP, stateWith(SHOP, ['enforced']), NOW)).toEqual({
      policy: { ...SHOP, id: expect.any(String) as string, closures: [] },
      leftOut: [],
      overdue: [],
    });
    const none = enforcedPolicy(SHOP, stateWith(SHOP, ['approved']), NOW);
    expect(none.policy).toMatchObject({ sections: [], appliedTo: [], closures: [] });
    expect(none.leftOut[0]).toEqual({ rule: 'r-dns', words: 'r-dns in words', why: 'approved' });
  });

  it('only watches what is staged', () => {
    const denying: Policy = {
      ...SHOP,
      sections: [
        {
          id: 's',
          category: 'emergency',
          name: 's',
          rules: [ruleOf('r-no', [{ kind: 'any' }], [{ kind: 'any' }], [], 'deny')],
        },
        ...SHOP.sections,
      ],
    };
    const { policy } = enforcedPolicy(denying, stateWith(denying, ['staged']), NOW);
    expect(rulesInOrder(policy).map(({ log, alertOnly }) => [log, alertOnly])).toEqual([
      [true, true],
      ...rulesInOrder(SHOP).map(() => [true, undefined]),
    ]);
    expect(policy.closures).toEqual(
      policy.appliedTo
        .slice()
        .sort()
        .map((group) => ({ group, inbound: 'alert', outbound: 'alert' })),
    );
  });

  it('keeps what has run out until somebody agrees, unless told to let it go', () => {
    const policy = leased(NOW - DAY);
    const state = stateWith(policy, ['enforced']);
    const kept = enforcedPolicy(policy, state, NOW);
    expect(rulesInOrder(kept.policy)).toHaveLength(6);
    expect(kept.overdue).toEqual([
      { rule: 'r-partner', words: 'r-partner in words', why: 'its lease ended on 2025-10-08 08:53 UTC' },
    ]);
    const gone = enforcedPolicy(policy, state, NOW, 'expire');
    expect(rulesInOrder(gone.policy)).toHaveLength(5);
    expect(gone.leftOut).toEqual(kept.overdue);
    const renewed = stateWith(policy, ['enforced'], { 'r-partner': new Date((NOW + DAY) * 1000).toISOString() });
    expect(enforcedPolicy(policy, renewed, NOW, 'expire').leftOut).toEqual([]);
  });

  it('admits no more than the draft, but by denials and closings that are not enforced', () => {
    fc.assert(
      fc.property(
        arbitraryPolicy(['allow', 'deny']),
        fc.array(fc.constantFrom(...STAGES), { minLength: 1, maxLength: 12 }),
        (draft, stages) => {
          const { policy } = enforcedPolicy(draft, stateWith(draft, stages), NOW);
          const filter = createFilter(policy);
          const closedIn = (side: 'inbound' | 'outbound') =>
            unionOf(
              policy.groups
                .filter(({ id }) => groupsClosed(policy, side, 'deny').includes(id))
                .map(({ addresses }) => addressSet(addresses)),
            );
          const denying = new Set(
            rulesInOrder(policy).flatMap(({ id, action, alertOnly }) => (action === 'deny' && !alertOnly ? [id] : [])),
          );
          const points = [{ name: 'enforced', sees: () => true, filter }];
          const unexplained = [...compare(createFilter(draft), points)]
            .filter(({ policy: wanted }) => wanted.action === 'deny')
            .filter(({ policy: wanted, enforced, packet }) =>
              wanted.rule === null
                ? enforced.rule !== null ||
                  holds(closedIn('outbound'), packet.src) ||
                  holds(closedIn('inbound'), packet.dst)
                : denying.has(wanted.rule),
            );
          expect(unexplained).toEqual([]);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe('foldEvents', () => {
  it('tells people apart by their names, however they are written', () => {
    const names = ['Ann Lee', ' ann  lee ', 'ANN\u00a0LEE', 'bob'];
    const { units } = foldEvents(
      names.map((by, i) => ({
        number: i + 1,
        at: NOW,
        by,
        reason: '',
        act: { kind: 'approve', revision: 1, target: { kind: 'all' }, units: ['u'], needed: 2 },
      })),
    );
    expect(units.get('u')?.approvers).toEqual(['Ann Lee', 'bob']);
  });

  const policy = SHOP;
  const keys = unitsOf(policy).map(({ key }) => key);
  const some = fc.subarray(keys, { minLength: 1 });
  const target = fc.constant({ kind: 'all' as const });
  const act: fc.Arbitrary<PolicyEvent['act']> = fc.oneof(
    fc.record({ kind: fc.constant('review' as const), revision: fc.constant(1), target, units: some }),
    fc.record({
      kind: fc.constant('approve' as const),
      revision: fc.constant(1),
      target,
      units: some,
      needed: fc.constantFrom(1, 2),
    }),
    fc.record({ kind: fc.constant('stage' as const), revision: fc.constant(1), target, units: some }),
    fc.record({
      kind: fc.constant('enforce' as const),
      revision: fc.constant(1),
      target,
      units: some,
      gate: fc.constant(''),
    }),
    fc.record({
      kind: fc.constant('withdraw' as const),
      revision: fc.constant(1),
      target,
      units: some,
      to: fc.constantFrom(...STAGES),
    }),
    fc.record({ kind: fc.constant('own' as const), owner: fc.constantFrom('ann', 'bob') }),
  );
  const events = fc
    .array(fc.record({ act, by: fc.constantFrom('ann', 'bob', 'carol') }), { maxLength: 30 })
    .map((acts) => acts.map((each, i): PolicyEvent => ({ ...each, number: i + 1, at: NOW, reason: '' })));

  it('comes to the same in whatever order events are read', () => {
    fc.assert(
      fc.property(
        events.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([inOrder, shuffled]) => expect(foldEvents(shuffled)).toEqual(foldEvents(inOrder)),
      ),
      { seed: 7 },
    );
  });
});
