import { policyOf, ruleOf, tcp, of } from '../recommender/model/policy.fixture';
import type { Policy } from '../recommender/model/policy';
import type { RuleDecision } from '../recommender/propose';
import type { Documents } from './documents';
import { createRuleDecisions } from './rule-decisions';

const refused = (id: string) => ({
  id,
  client: 'web-1',
  server: 'db-1',
  service: tcp(22),
  connections: 3,
  firstSeen: 0,
  lastSeen: 1,
  words: 'web-1 → db-1 on ssh (22/tcp), 3 connections',
});
const POLICY: Policy = {
  ...policyOf(
    [
      {
        id: 'application:shop',
        category: 'application',
        name: 'shop',
        rules: [ruleOf('r-1234', [of('web')], [of('db')], [tcp(5432)])],
      },
    ],
    [],
    [],
  ),
  refusals: [
    {
      reason: 'never answered',
      code: 'unanswered',
      dependencies: 2,
      connections: 6,
      examples: [],
      refused: [refused('u-aaaa'), refused('u-aabb')],
    },
  ],
};
const ann = { by: 'ann', reason: 'seen in the lab' };

function memory(): Pick<Documents, 'all' | 'save'> {
  const saved = new Map<string, RuleDecision>();
  return {
    save: (_, id, body) => {
      saved.set(id, body as RuleDecision);
      return Promise.resolve();
    },
    all: <Kind>() => Promise.resolve([...saved.values()] as Kind[]),
  };
}
const decisionsOf = () => createRuleDecisions({ documents: memory(), clock: () => new Date(1_772_000_000_000) });

describe('decisions on rules', () => {
  it('keeps what was accepted and rejected, and what was undone', async () => {
    const decisions = decisionsOf();
    const accepted = await decisions.accept(POLICY, ['u-aaaa'], ann);
    expect(accepted).toMatchObject({
      ...ann,
      at: 1_772_000_000,
      wish: { kind: 'accept', refused: [{ id: 'u-aaaa' }] },
    });
    const rejected = await decisions.reject(POLICY, 'r-12', ann);
    expect(rejected.wish).toMatchObject({ kind: 'reject', rule: { id: 'r-1234', services: [tcp(5432)] } });
    expect(rejected.wish).not.toHaveProperty('rule.evidence');
    await decisions.undo(accepted.id, { by: 'bob', reason: '' });
    expect((await decisions.list()).map(({ undone }) => undone?.by)).toEqual(['bob', undefined]);
  });

  it('does not accept the same twice as one decision', async () => {
    const decisions = decisionsOf();
    const first = await decisions.accept(POLICY, ['u-aaaa'], ann);
    expect((await decisions.accept(POLICY, ['u-aaaa'], ann)).id).not.toBe(first.id);
  });

  it.each([
    ['unknown-refusal', (decisions: ReturnType<typeof decisionsOf>) => decisions.accept(POLICY, ['u-none'], ann)],
    ['ambiguous-id', (decisions: ReturnType<typeof decisionsOf>) => decisions.accept(POLICY, ['u-aa'], ann)],
    ['unknown-rule', (decisions: ReturnType<typeof decisionsOf>) => decisions.reject(POLICY, '', ann)],
    ['unknown-decision', (decisions: ReturnType<typeof decisionsOf>) => decisions.undo('rule-decision-0', ann)],
  ])('refuses with %s', async (code, act) => {
    await expect((async () => act(decisionsOf()))()).rejects.toMatchObject({ code });
  });

  it('undoes once', async () => {
    const decisions = decisionsOf();
    const { id } = await decisions.reject(POLICY, 'r-1234', ann);
    await decisions.undo(id, ann);
    await expect(decisions.undo(id, ann)).rejects.toMatchObject({ code: 'already-undone' });
  });
});
