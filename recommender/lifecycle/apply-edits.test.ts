import * as fc from 'fast-check';
import { rulesInOrder } from '../model/decide';
import type { Policy } from '../model/policy';
import { of, SHOP, tcp } from '../model/policy.fixture';
import { applyEdits } from './apply-edits';
import { describeEffect } from './describe-effect';
import { diffPolicies } from './diff-policies';
import type { Edit } from './edit';
import { editsSchema } from './edit-schema';
import { filterChange, findDifferences } from './filter-change';

const rule = { action: 'allow' as const, sources: [of('db')], destinations: [of('web')], services: [tcp(25)] };
const shop = 'application:shop';

describe('applyEdits', () => {
  it.each<[Edit, readonly string[]]>([
    [
      { kind: 'add', section: shop, rule, before: 'r-web-app' },
      ['new: db of shop may reach web of shop on smtp (25/tcp)'],
    ],
    [{ kind: 'remove', rule: 'r-partner' }, ['gone: 198.51.100.0/24 may reach app of shop on ssh (22/tcp)']],
    [
      {
        kind: 'replace',
        rule: 'r-partner',
        with: {
          ...rule,
          sources: [{ kind: 'prefix', prefix: '198.51.100.7' }],
          destinations: [of('app')],
          services: [tcp(22)],
        },
      },
      [
        '198.51.100.7 may now also reach app of shop on ssh (22/tcp)',
        '198.51.100.0/24 may no longer reach app of shop on ssh (22/tcp)',
      ],
    ],
    [
      { kind: 'move', rule: 'r-partner', section: shop, before: 'r-public' },
      [
        '198.51.100.0/24 may reach app of shop on ssh (22/tcp): is now before the Internet may reach web of shop on https (443/tcp) and http (80/tcp)',
      ],
    ],
    [{ kind: 'rename', name: 'production' }, ['the policy is called production, and was test']],
    [{ kind: 'rename', section: shop, name: 'Shop' }, ['section Shop was called shop']],
    [
      { kind: 'addresses', group: 'db', add: ['10.0.3.2', '10.0.4.0/24'], remove: ['10.0.3.1'] },
      ['db of shop gained 10.0.3.2 and 10.0.4.0/24', 'db of shop lost 10.0.3.1'],
    ],
    [
      { kind: 'closure', group: 'web', direction: 'outbound', closing: 'open' },
      ['what leaves web of shop and no rule admits is now let through; it was denied'],
    ],
  ])('%j', (edit, texts) => {
    expect(editsSchema.parse([edit])).toEqual([edit]);
    const after = applyEdits(SHOP, [edit]);
    expect(diffPolicies(SHOP, after).map(({ text }) => text)).toEqual(texts);
    expect(after.id).not.toBe(SHOP.id);
  });

  it('marks what a person wrote', () => {
    const [made] = rulesInOrder(applyEdits(SHOP, [{ kind: 'add', section: shop, rule, before: 'r-public' }])).slice(2);
    expect(made).toMatchObject({
      origin: 'edited',
      words: 'db of shop may reach web of shop on smtp (25/tcp)',
      confidence: 0,
    });
  });

  it.each<[Edit, RegExp]>([
    [{ kind: 'remove', rule: 'r-none' }, /no rule r-none/],
    [{ kind: 'add', section: 's', rule }, /no section s; expected one of infrastructure:shared; application:shop/],
    [{ kind: 'add', section: shop, rule: { ...rule, sources: [of('nobody')] } }, /no group nobody/],
    [{ kind: 'add', section: shop, rule, before: 'r-dns' }, /section application:shop has no rule r-dns/],
    [{ kind: 'addresses', group: 'db', add: [], remove: ['10.9.9.9'] }, /db of shop has no 10.9.9.9/],
    [{ kind: 'move', rule: 'r-dns', section: shop, before: 'r-dns' }, /before itself/],
  ])('refuses %j', (edit, message) => {
    expect(() => applyEdits(SHOP, [edit])).toThrow(
      expect.objectContaining({ code: 'bad-edit', message: expect.stringMatching(message) as string }),
    );
  });

  it('refuses the same rule twice', () => {
    const add: Edit = { kind: 'add', section: shop, rule };
    expect(() => applyEdits(SHOP, [add, add])).toThrow(/says the same already/);
  });

  it.each([
    [[{ kind: 'add', section: shop, rule: { ...rule, sources: [] } }]],
    [[{ kind: 'addresses', group: 'db', add: ['10.0.0.1/8'], remove: [] }]],
    [[{ kind: 'closure', group: 'db', direction: 'sideways', closing: 'open' }]],
    [[]],
  ])('takes no %j', (edits) => {
    expect(editsSchema.safeParse(edits).success).toBe(false);
  });

  it('is undone by the opposite', () => {
    const rules = rulesInOrder(SHOP).map(({ id }) => id);
    fc.assert(
      fc.property(fc.constantFrom(...rules), (id) => {
        const back = (policy: Policy): Policy => ({ ...policy, id: '' });
        const section = SHOP.sections.find((each) => each.rules.some((own) => own.id === id));
        const place = section?.rules.findIndex((own) => own.id === id) ?? 0;
        const next = section?.rules[place + 1]?.id;
        const first = section?.rules[0]?.id;
        if (!section || first === undefined || first === id) return;
        const moved = applyEdits(SHOP, [{ kind: 'move', rule: id, section: section.id, before: first }]);
        const edit: Edit = {
          kind: 'move',
          rule: id,
          section: section.id,
          ...(next === undefined ? {} : { before: next }),
        };
        expect(back(applyEdits(moved, [edit]))).toEqual(back(SHOP));
      }),
      { seed: 7 },
    );
  });
});

describe('describeEffect', () => {
  const effect = (edit: Edit) => describeEffect(findDifferences(filterChange(SHOP, applyEdits(SHOP, [edit])), 100));
  it('names packets that are decided otherwise', () => {
    expect(effect({ kind: 'remove', rule: 'r-app-db' })).toEqual([
      'there is no recorded traffic to judge it by',
      'denies and did not before: tcp 10.0.2.1 → 10.0.3.1 port 5432',
    ]);
    expect(effect({ kind: 'rename', name: 'other' })).toEqual(['every packet is decided as before']);
  });
});
