import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { of, ruleOf, SHOP, tcp, udp } from '../model/policy.fixture';
import { applyEdits } from './apply-edits';
import { foldEvents } from './fold-events';
import type { Edit } from './edit';
import { mergeRecommendation } from './merge-recommendation';

const shop = 'application:shop';
const edits: Edit[] = [
  {
    kind: 'add',
    section: shop,
    rule: { action: 'deny', sources: [of('web')], destinations: [of('db')], services: [tcp(5432)] },
    before: 'r-app-db',
  },
  { kind: 'remove', rule: 'r-partner' },
  { kind: 'addresses', group: 'db', add: ['10.0.3.9'], remove: [] },
  { kind: 'closure', group: 'web', direction: 'outbound', closing: 'open' },
];
const edited = applyEdits(SHOP, edits);
const state = foldEvents([
  {
    number: 1,
    at: 0,
    by: 'ann',
    reason: '',
    act: { kind: 'revise', revision: 1, source: { kind: 'edited', edits }, added: [] },
  },
]);
const [shared, own] = SHOP.sections;
const hand = rulesInOrder(edited).find(({ origin }) => origin === 'edited')?.id ?? '';
const ids = (policy: Policy) => rulesInOrder(policy).map(({ id }) => id);

describe('mergeRecommendation', () => {
  const rerun: Policy = {
    ...SHOP,
    topology: 't-2',
    groups: SHOP.groups.map((group) => (group.id === 'db' ? { ...group, addresses: ['10.0.3.1', '10.0.3.2'] } : group)),
    sections: [
      ...(shared ? [shared] : []),
      {
        ...own,
        id: shop,
        category: 'application',
        name: 'shop',
        rules: [...(own?.rules ?? []), ruleOf('r-new', [of('web')], [of('db')], [tcp(5432), tcp(80)])],
      },
    ],
  };

  it('of a rerun keeps what people did', () => {
    const { body, conflicts, leftOut } = mergeRecommendation(edited, rerun, state);
    expect(ids(body)).toEqual(['r-dns', 'r-rpc', 'r-public', 'r-web-app', hand, 'r-app-db', 'r-new']);
    expect(body.groups.find(({ id }) => id === 'db')?.addresses).toEqual(['10.0.3.1', '10.0.3.2', '10.0.3.9']);
    expect(body.closures).toEqual([{ group: 'web', inbound: 'deny', outbound: 'open' }]);
    expect(body.topology).toBe('t-2');
    expect(leftOut).toEqual(['198.51.100.0/24 may reach app of shop on ssh (22/tcp) (r-partner): was removed by hand']);
    expect(conflicts).toEqual([
      'web of shop must not reach db of shop on postgres (5432/tcp), by hand, against web of shop may reach db of shop on postgres (5432/tcp) and http (80/tcp), recommended for web of shop: the first of them in the policy counts',
    ]);
  });

  it('for one application brings what is there only for a time, or under a condition', () => {
    const lease = { expires: '2026-04-01T00:00:00.000Z', reason: 'seen once', calendar: null };
    const section = shared ?? { id: 'infrastructure:shared', category: 'infrastructure', name: 's', rules: [] };
    const dns = ruleOf('r-app-dns', [of('app')], [of('dns')], [udp(53)]);
    const offer: Policy = {
      ...SHOP,
      scope: { kind: 'applications', applications: ['shop'] },
      sections: [{ ...section, rules: [dns] }],
    };
    const leased = { ...SHOP, sections: [{ ...section, rules: section.rules.map((rule) => ({ ...rule, lease })) }] };
    expect(ids(mergeRecommendation(leased, offer, foldEvents([])).body)).toEqual(['r-dns', 'r-rpc', 'r-app-dns']);
    expect(ids(mergeRecommendation(SHOP, offer, foldEvents([])).body)).not.toContain('r-app-dns');
  });

  it('for one application leaves the others alone, and shared services said once', () => {
    const wages: Policy = {
      ...SHOP,
      scope: { kind: 'applications', applications: ['hr'] },
      sections: [
        {
          id: 'infrastructure:shared',
          category: 'infrastructure',
          name: 'Shared services',
          rules: [
            ruleOf('r-web-dns', [of('web')], [of('dns')], [udp(53)]),
            ruleOf('r-hr-dns', [of('hr')], [of('dns')], [udp(53)]),
          ],
        },
        {
          id: 'application:hr',
          category: 'application',
          name: 'hr',
          rules: [ruleOf('r-hr', [of('web')], [of('hr')], [tcp(443)])],
        },
      ],
      groups: [
        { id: 'hr', kind: 'tier', name: 'hr', application: 'hr', addresses: ['10.0.8.1'] },
        ...SHOP.groups.filter(({ id }) => id === 'web' || id === 'dns'),
      ],
      appliedTo: ['hr'],
    };
    const { body } = mergeRecommendation(edited, wages, state);
    expect(ids(body)).toEqual(['r-dns', 'r-rpc', 'r-hr-dns', ...ids(edited).slice(2), 'r-hr']);
    expect(body.appliedTo).toEqual(['app', 'db', 'dns', 'empty', 'hr', 'web']);
    expect(body.groups.map(({ id }) => id)).toEqual(['app', 'db', 'dns', 'empty', 'hr', 'internet', 'web']);
  });

  it('of the same changes nothing but what it is of', () => {
    expect(mergeRecommendation(SHOP, SHOP, foldEvents([])).body).toMatchObject({ sections: SHOP.sections });
  });
});
