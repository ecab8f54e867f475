import * as fc from 'fast-check';
import { WayleaveError } from '../../ingest/kernel/errors';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { SHOP } from '../model/policy.fixture';
import { enforcedPolicy } from './enforced-policy';
import { foldEvents, unitState } from './fold-events';
import { STAGES, type PolicyEvent, type Revision, type Stage } from './model';
import { settleMove, type MoveInput } from './move';
import { unitsOf } from './units';

const wider: Policy = {
  ...SHOP,
  sections: SHOP.sections.map((section) => ({
    ...section,
    rules: section.rules.filter(({ id }) => id !== 'r-partner'),
  })),
  groups: SHOP.groups.map((group) => (group.id === 'db' ? { ...group, addresses: ['10.0.3.1', '10.0.3.2'] } : group)),
};
const revisions = [SHOP, wider].map((body, i): Revision => ({
  policy: 'policy-1',
  number: i + 1,
  at: 0,
  by: 'ann',
  reason: '',
  source: { kind: 'revised' },
  effect: [],
  body,
}));
const added = [SHOP, wider].map((body) => unitsOf(body).map(({ key }) => key));

const target = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'all' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('rule' as const),
      rule: fc.constantFrom('r-dns', 'r-public', 'r-app-db', 'r-partner'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('group' as const),
      group: fc.constantFrom('shop', 'web', 'db'),
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
    }),
  },
);
const at = { revision: fc.constantFrom(1, 2), target };
const action: fc.Arbitrary<MoveInput['action']> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('review' as const, 'approve' as const), ...at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stage' as const), ...at, drop: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('enforce' as const),
      ...at,
      drop: fc.boolean(),
      override: fc.constant('a drill'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('withdraw' as const), ...at, to: fc.constantFrom(...STAGES) }),
  },
);
const steps = fc.array(fc.record({ action, by: fc.constantFrom('ann', 'bob', 'carol', 'dave') }), {
  minLength: 30,
  maxLength: 60,
});

describe('any history', () => {
  it('enforces only what enough people approved, of one revision', () => {
    let enforcements = 0;
    fc.assert(
      fc.property(steps, (wanted) => {
        const events: PolicyEvent[] = added.map((keys, i) => ({
          number: i + 1,
          at: 0,
          by: 'ann',
          reason: '',
          act: { kind: 'revise', revision: i + 1, source: { kind: 'revised' }, added: keys },
        }));
        for (const { action: asked, by } of wanted) {
          const state = foldEvents(events);
          const revision = revisions[asked.revision - 1];
          const active = state.active === null ? undefined : revisions[state.active - 1];
          if (!revision) throw new Error('there are two revisions');
          try {
            const act = settleMove({ action: asked, by, state, revision, active, approvals: 2, gate: undefined });
            events.push({ number: events.length + 1, at: 0, by, reason: '', act });
          } catch (error) {
            if (!(error instanceof WayleaveError)) throw error;
            continue;
          }
          const after = foldEvents(events);
          const inForce = (stage: Stage) => stage === 'staged' || stage === 'enforced';
          const body = after.active === null ? undefined : revisions[after.active - 1]?.body;
          const own = new Set(body ? unitsOf(body).map(({ key }) => key) : []);
          for (const [key, { stage, approvers }] of after.units) {
            if (!inForce(stage)) continue;
            enforcements++;
            expect(own.has(key)).toBe(true);
            expect(approvers.length).toBeGreaterThanOrEqual(2);
            // Ann wrote all of it: others were the last to approve.
            expect(approvers.at(-1)).not.toBe('ann');
          }
          if (!body) continue;
          const approved = new Set(
            unitsOf(body).flatMap((unit) =>
              unit.kind === 'rule' && inForce(unitState(after, unit.key).stage) ? [unit.rule.id] : [],
            ),
          );
          const { policy } = enforcedPolicy(body, after, 0);
          expect(rulesInOrder(policy).filter(({ id }) => !approved.has(id))).toEqual([]);
        }
      }),
      { numRuns: 150, seed: 7 },
    );
    expect(enforcements).toBeGreaterThan(100);
  });
});
