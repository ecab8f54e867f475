import type { Stage } from '../../../../recommender/lifecycle/model';
import { policy } from '../../estate.fixture';
import type { UnitAnswer } from '../../contract';
import { stagesWords, verbsAt, waysOf } from './stages';

const unit = { reviewers: [], approvers: [] };

it.each<[readonly Stage[], string, readonly string[]]>([
  [[], '', []],
  [['draft', 'draft'], '2 draft', ['review']],
  [['enforced', 'draft', 'enforced'], '2 enforced, 1 draft', ['review', 'withdraw']],
  [['staged', 'approved'], '1 alert only, 1 approved', ['stage', 'withdraw']],
  [['enforced'], '1 enforced', ['withdraw']],
])('says how far %j is, and what may be done next', (stages, words, verbs) => {
  expect(stagesWords(stages)).toBe(words);
  expect(verbsAt(stages)).toEqual(verbs);
});

it('counts a rule for the application it leads to and the one it comes from, and closings by direction', () => {
  const units: readonly UnitAnswer[] = [
    { ...unit, kind: 'rule', rule: 'rule-shop.app-billing.api', stage: 'enforced' },
    { ...unit, kind: 'rule', rule: 'rule-shop.web-shop.app', stage: 'staged' },
    { ...unit, kind: 'closing', group: 'billing.api', direction: 'inbound', closing: 'deny', stage: 'approved' },
    { ...unit, kind: 'rule', rule: 'gone', stage: 'draft' },
  ];
  const ways = waysOf(policy, units, (id) => id);
  const wayOf = (group: string, direction: string) =>
    ways.find((way) => way.group === group && way.direction === direction);
  expect(wayOf('billing', 'inbound')).toMatchObject({ rules: ['enforced'], closings: ['approved'] });
  expect(wayOf('billing', 'outbound')).toMatchObject({ rules: [], closings: [] });
  expect(wayOf('shop', 'outbound')).toMatchObject({ rules: ['enforced', 'staged'] });
  expect(wayOf('shop', 'inbound')).toMatchObject({ rules: ['staged'] });
  expect(ways.map(({ name }) => name)).toEqual(ways.map(({ name }) => name).sort());
});
