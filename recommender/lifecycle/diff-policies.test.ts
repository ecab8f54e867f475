import type { Policy, Rule } from '../model/policy';
import { of, ruleOf, SHOP, tcp } from '../model/policy.fixture';
import { diffPolicies } from './diff-policies';

function withRules(change: (rules: readonly Rule[]) => readonly Rule[]): Policy {
  const [shared, shop] = SHOP.sections;
  if (!shared || !shop) throw new Error('the fixture has two sections');
  return { ...SHOP, sections: [shared, { ...shop, rules: change(shop.rules) }] };
}
const replaced = (id: string, by: Partial<Rule>) =>
  withRules((rules) => rules.map((rule) => (rule.id === id ? { ...rule, ...by } : rule)));

describe('diffPolicies', () => {
  it.each<[string, Policy, readonly string[]]>([
    ['nothing', SHOP, []],
    [
      'a service more, under another id',
      replaced('r-web-app', { id: 'r-other', services: [tcp(8443), tcp(9443)] }),
      ['web of shop may now also reach app of shop on 9443/tcp'],
    ],
    [
      'another source instead',
      replaced('r-app-db', { sources: [of('web')] }),
      [
        'web of shop may now also reach db of shop on postgres (5432/tcp)',
        'app of shop may no longer reach db of shop on postgres (5432/tcp)',
      ],
    ],
    [
      'a rule denied',
      replaced('r-app-db', { action: 'deny' }),
      [
        'app of shop must not reach db of shop on postgres (5432/tcp); before, app of shop may reach db of shop on postgres (5432/tcp)',
      ],
    ],
    [
      'rules that come and go',
      withRules((rules) => [
        ...rules.filter(({ id }) => id !== 'r-partner'),
        ruleOf('r-x', [of('db')], [of('web')], [tcp(25)], 'deny'),
      ]),
      [
        'new: db of shop must not reach web of shop on smtp (25/tcp)',
        'gone: 198.51.100.0/24 may reach app of shop on ssh (22/tcp)',
      ],
    ],
    [
      'an order',
      withRules((rules) => [...rules.slice(1, 2), ...rules.slice(0, 1), ...rules.slice(2)]),
      [
        'web of shop may reach app of shop on 8443/tcp: is now before the Internet may reach web of shop on https (443/tcp) and http (80/tcp)',
      ],
    ],
    [
      'groups',
      {
        ...SHOP,
        groups: SHOP.groups.flatMap((group) => {
          if (group.id === 'empty') return [];
          return group.id === 'db' ? [{ ...group, name: 'postgres', addresses: ['10.0.3.2'] }] : [group];
        }),
        appliedTo: ['app', 'db', 'dns', 'web'],
      },
      [
        'group nobody is gone: no address',
        'group postgres was called db of shop',
        'postgres gained 10.0.3.2',
        'postgres lost 10.0.3.1',
        "what comes to nobody and no rule admits is now none of the policy's business; it was denied",
        "what leaves nobody and no rule admits is now none of the policy's business; it was denied",
      ],
    ],
    [
      'closures',
      { ...SHOP, closures: [{ group: 'web', inbound: 'deny', outbound: 'alert' }] },
      ['what leaves web of shop and no rule admits is now let through and logged; it was denied'],
    ],
  ])('tells %s', (_, after, texts) => {
    expect(diffPolicies(SHOP, after).map(({ text }) => text)).toEqual(texts);
  });
});
