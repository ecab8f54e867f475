import type { GroupWish } from '../../model/group-decision';
import type { Topology } from '../../model/topology';
import { decisionOn, topologyOf } from '../testing/topology';
import { settleWish } from './settle-wish';
import { madeGroupId } from './made-group-id';

const drawn = topologyOf(
  {
    shop: { id: 'a-1', members: 'web-1 web-2 db-1', environment: 'prod' },
    hr: { id: 'a-2', members: 'hr-1 hr-2 (db-1)', environment: 'prod' },
    'shop (dev)': { id: 'a-3', members: 'dev-1', environment: 'dev' },
    'web of shop': { id: 't-1', kind: 'tier', application: 'a-1', members: 'web-1 web-2' },
    'db of shop': { id: 't-2', kind: 'tier', application: 'a-1', members: 'db-1' },
    'hosts of hr': { id: 't-3', kind: 'tier', application: 'a-2', members: 'hr-1 hr-2 (db-1)' },
    dns: { id: 's-1', kind: 'shared-service', members: 'ns-1 ns-2' },
    'scanner nessus': { id: 'n-1', kind: 'scanner', members: 'nessus' },
    internet: { id: 'e-1', kind: 'external', members: '8.8.8.8' },
    twice: { id: 'x-1', kind: 'unknown', members: 'u-1' },
  },
  { labels: { 'web-1': { env: 'prod' }, 'dev-1': { env: 'dev' }, 'hr-1': { env: 'prod' } } },
);
const topology: Topology = {
  ...drawn,
  workloads: [...drawn.workloads, { id: 'out', name: 'out', kind: 'external', addresses: [], labels: {} }],
};

describe('settleWish', () => {
  it.each<[GroupWish, GroupWish]>([
    [
      { kind: 'rename', group: 'shop', name: ' cafe\u0301 ' },
      { kind: 'rename', group: 'a-1', name: 'caf\u00E9' },
    ],
    [
      { kind: 'pin', group: 'web of shop', workloads: ['web-2', 'web-1', 'web-2'] },
      { kind: 'pin', group: 't-1', workloads: ['web-1', 'web-2'] },
    ],
    [
      { kind: 'move', group: 'a-2', workloads: ['db-1'] },
      { kind: 'move', group: 'a-2', workloads: ['db-1'] },
    ],
    [
      { kind: 'merge', groups: ['shop', 'hr', 'a-1'] },
      { kind: 'merge', groups: ['a-1', 'a-2'] },
    ],
    [
      { kind: 'split', group: 'shop', workloads: ['db-1'], name: 'stock' },
      { kind: 'split', group: 'a-1', workloads: ['db-1'], name: 'stock' },
    ],
    [
      { kind: 'confirm', group: 'dns' },
      { kind: 'confirm', group: 's-1' },
    ],
    [
      { kind: 'refuse', group: 'n-1' },
      { kind: 'refuse', group: 'n-1' },
    ],
    [
      { kind: 'share', workloads: ['hr-2', 'db-1', 'hr-2'], name: ' clock ' },
      { kind: 'share', workloads: ['db-1', 'hr-2'], name: 'clock' },
    ],
    [
      { kind: 'share', workloads: ['hr-2'], name: ' DNS' },
      { kind: 'move', group: 's-1', workloads: ['hr-2'] },
    ],
    [
      { kind: 'move', group: 'dns', workloads: ['nessus', 'web-2'] },
      { kind: 'move', group: 's-1', workloads: ['nessus', 'web-2'] },
    ],
    [
      { kind: 'rename', group: 'internet', name: 'world' },
      { kind: 'rename', group: 'e-1', name: 'world' },
    ],
  ])('makes of %j %j', (wish, expected) => {
    expect(settleWish(wish, topology, []).wish).toEqual(expected);
  });

  it('keeps what the groups were', () => {
    expect(settleWish({ kind: 'merge', groups: ['hr', 'shop'] }, topology, []).groups).toEqual([
      { id: 'a-2', kind: 'application', name: 'hr', application: null, members: ['hr-1', 'hr-2'] },
      { id: 'a-1', kind: 'application', name: 'shop', application: null, members: ['db-1', 'web-1', 'web-2'] },
    ]);
  });

  it.each<[GroupWish, string, RegExp]>([
    [
      { kind: 'confirm', group: 'shpo' },
      'unknown-group',
      /no group "shpo" among the 10 of topology-1; did you mean shop\?/,
    ],
    [{ kind: 'confirm', group: 'nothing like it' }, 'unknown-group', /expected the id or the name of one/],
    [
      { kind: 'pin', group: 'shop', workloads: ['web-9'] },
      'unknown-workload',
      /no workload "web-9" .* did you mean web-/,
    ],
    [{ kind: 'pin', group: 'shop', workloads: ['hr-1'] }, 'not-a-member', /"hr-1" is not in shop/],
    [{ kind: 'pin', group: 'hr', workloads: ['db-1'] }, 'not-a-member', /"db-1" is at home elsewhere and lent to hr/],
    [{ kind: 'pin', group: 'shop', workloads: [] }, 'bad-wish', /the number of workloads is 0; expected 1 to 10000/],
    [
      { kind: 'move', group: 'shop', workloads: ['ns-1'] },
      'other-kind',
      /"ns-1" is in shared-service dns .* or that dns is refused first/,
    ],
    [
      { kind: 'move', group: 'dns', workloads: ['out'] },
      'other-kind',
      /"out" is external; expected workloads of the inv/,
    ],
    [{ kind: 'move', group: 'internet', workloads: ['web-1'] }, 'other-kind', /of kind external/],
    [{ kind: 'move', group: 'shop', workloads: ['dev-1'] }, 'other-environment', /"dev-1" in dev, "shop" in prod/],
    [
      { kind: 'move', group: 'web of shop', workloads: ['dev-1'] },
      'other-environment',
      /"dev-1" in dev, "web of shop" in prod/,
    ],
    [{ kind: 'merge', groups: ['shop', 'shop (dev)'] }, 'other-environment', /"shop" in prod, "shop \(dev\)" in dev/],
    [
      { kind: 'merge', groups: ['shop', 'dns'] },
      'other-kind',
      /"shop" is of kind application and "dns" of kind shared-service/,
    ],
    [
      { kind: 'merge', groups: ['web of shop', 'hosts of hr'] },
      'other-application',
      /a tier of shop and "hosts of hr" of hr/,
    ],
    [{ kind: 'merge', groups: ['shop'] }, 'bad-wish', /the number of groups to merge is 1; expected 2 to 100/],
    [{ kind: 'merge', groups: ['shop', 'a-1'] }, 'bad-wish', /cannot be merged with itself/],
    [
      { kind: 'split', group: 'web of shop', workloads: ['web-1', 'web-2'], name: 'x' },
      'bad-split',
      /all 2 workloads of web of shop would leave/,
    ],
    [{ kind: 'split', group: 'shop', workloads: [], name: 'x' }, 'bad-wish', /the number of workloads is 0/],
    [
      { kind: 'split', group: 'shop', workloads: ['db-1'], name: 'hr' },
      'name-taken',
      /"hr" is taken by application a-2/,
    ],
    [{ kind: 'share', workloads: [], name: 'x' }, 'bad-wish', /the number of workloads is 0; expected 1 to 10000/],
    [{ kind: 'share', workloads: ['hr-9'], name: 'x' }, 'unknown-workload', /no workload "hr-9" .* did you mean hr-/],
    [
      { kind: 'share', workloads: ['out'], name: 'x' },
      'other-kind',
      /"out" is external; expected workloads of the inv/,
    ],
    [{ kind: 'share', workloads: ['hr-1'], name: 'hr' }, 'name-taken', /"hr" is taken by application a-2/],
    [{ kind: 'share', workloads: ['out'], name: 'dns' }, 'other-kind', /"out" is external/],
    [{ kind: 'share', workloads: ['hr-1'], name: '' }, 'bad-name', /an empty name/],
    [{ kind: 'rename', group: 'shop', name: ' ' }, 'bad-name', /an empty name/],
    [{ kind: 'rename', group: 'shop', name: 'a\tb' }, 'bad-name', /control character/],
    [{ kind: 'rename', group: 'shop', name: '\u200B\u2060' }, 'bad-name', /an invisible one/],
    [{ kind: 'rename', group: 'shop', name: '\u3164' }, 'bad-name', /an invisible one/],
    [{ kind: 'rename', group: 'shop', name: '\u2800' }, 'bad-name', /an invisible one/],
    [{ kind: 'rename', group: 'shop', name: 'Runs' }, 'bad-name', /"Runs" cannot be .* decisions, diff, runs/],
    [{ kind: 'rename', group: 'shop', name: 'x'.repeat(121) }, 'bad-name', /121 characters/],
    [{ kind: 'rename', group: 'shop', name: 'dns' }, 'name-taken', /"dns" is taken by shared-service s-1/],
    [{ kind: 'rename', group: 'shop', name: 'a-2' }, 'name-taken', /taken by application a-2/],
    [
      { kind: 'confirm', group: 'internet' },
      'other-kind',
      /of kind external, .* expected application, tier, shared-service, scanner/,
    ],
    [{ kind: 'confirm', group: 'twice' }, 'other-kind', /of kind unknown/],
    [{ kind: 'refuse', group: 'shop' }, 'other-kind', /of kind application, .* expected shared-service, scanner/],
  ])('refuses %j as %s', (wish, code, message) => {
    expect(() => settleWish(wish, topology, [])).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it('asks for an id where a name is not one group alone', () => {
    const { groups } = topology;
    const [shop, hr, ...others] = groups;
    if (!shop || !hr) throw new RangeError('the sketch has two groups');
    const confused = { ...topology, groups: [shop, { ...hr, name: 'shop' }, ...others] };
    expect(() => settleWish({ kind: 'confirm', group: 'shop' }, confused, [])).toThrow(
      expect.objectContaining({
        code: 'ambiguous-group',
        message: expect.stringContaining('a-1 (shop), a-2 (shop)') as string,
      }),
    );
  });

  it('takes environments for the same as the grouping does, from host names too', () => {
    const spelled = topologyOf(
      { shop: 'shop-1 shop-2', store: 'shop-3', copy: 'shop-dev-1', hr: 'hr-1' },
      { labels: { 'shop-1': { env: 'prod' }, 'shop-2': { env: 'Production' }, 'shop-3': { env: 'prd' } } },
    );
    const merge = (...groups: string[]) => settleWish({ kind: 'merge', groups }, spelled, []);
    const move = (workload: string) => settleWish({ kind: 'move', group: 'shop', workloads: [workload] }, spelled, []);
    const refused = expect.objectContaining({ code: 'other-environment' }) as Error;
    expect(merge('shop', 'store').groups).toHaveLength(2);
    expect(move('shop-3').groups).toHaveLength(1);
    expect(move('hr-1').groups).toHaveLength(1);
    expect(() => merge('shop', 'copy')).toThrow(refused);
    expect(() => move('shop-dev-1')).toThrow(refused);
  });

  it('lets workloads join a shared service that the next run makes', () => {
    const share = decisionOn(topology, { kind: 'share', workloads: ['hr-1'], name: 'clock' }, 1);
    const id = madeGroupId('shared-service', share.id);
    expect(settleWish({ kind: 'share', workloads: ['hr-2'], name: 'Clock' }, topology, [share])).toEqual({
      wish: { kind: 'move', group: id, workloads: ['hr-2'] },
      groups: [{ id, kind: 'shared-service', name: 'clock', application: null, members: ['hr-1'] }],
    });
    expect(() => settleWish({ kind: 'share', workloads: ['dev-1'], name: 'clock' }, topology, [share])).toThrow(
      expect.objectContaining({ code: 'other-environment' }),
    );
  });

  it('lets nothing be of two environments, in one decision or several', () => {
    const mixed = topologyOf(
      {
        plain: 'a b',
        front: { kind: 'tier', application: 'plain', members: 'a' },
        shop: { members: 'p', environment: 'Production' },
        'shop (dev)': { members: 'd e' },
        'hr (test)': { members: 't', environment: 'test' },
        dns: { kind: 'shared-service', members: 'n' },
        'dns (dev)': { kind: 'shared-service', members: 'm' },
      },
      { labels: { p: { env: 'prod' }, d: { env: 'dev' }, e: { env: 'dev' }, n: { env: 'prod' }, m: { env: 'dev' } } },
    );
    const settle = (wish: GroupWish, standing: readonly GroupWish[] = [], labelWeight = 1) =>
      settleWish(
        wish,
        mixed,
        standing.map((each, at) => decisionOn(mixed, each, at + 1)),
        labelWeight,
      );
    const move = (group: string, ...workloads: string[]): GroupWish => ({ kind: 'move', group, workloads });
    const merge = (...groups: string[]): GroupWish => ({ kind: 'merge', groups });
    const refused: readonly [GroupWish, GroupWish[]?][] = [
      [merge('plain', 'shop', 'shop (dev)')],
      [merge('dns', 'dns (dev)')],
      [merge('plain', 'hr (test)', 'shop')],
      [move('plain', 'd', 'p')],
      [{ kind: 'share', workloads: ['d', 'p'], name: 'x' }],
      [move('plain', 'p'), [move('plain', 'd')]],
      [move('front', 'p'), [move('plain', 'd')]],
      [move('plain', 'p'), [move('front', 'd')]],
      [move('plain', 'p'), [merge('plain', 'shop (dev)')]],
      [merge('plain', 'shop'), [merge('shop (dev)', 'plain')]],
    ];
    for (const [wish, standing] of refused) {
      expect(() => settle(wish, standing)).toThrow(
        expect.objectContaining({
          code: 'other-environment',
          message: expect.stringMatching(/in (dev.* in prod|prod.* in dev|test.* in prod)/) as string,
        }),
      );
      expect(settle(wish, standing, 0).wish.kind).toBe(wish.kind);
    }
    expect(settle(move('plain', 'p'), [move('plain', 'd'), move('shop (dev)', 'd')]).wish.kind).toBe('move');
  });

  it('knows the names that decisions since the run have given, and those they gave up', () => {
    const split = decisionOn(topology, { kind: 'split', group: 'a-1', workloads: ['db-1'], name: 'stock' }, 1);
    const first = decisionOn(topology, { kind: 'rename', group: 'a-2', name: 'people' }, 2);
    const second = decisionOn(topology, { kind: 'rename', group: 'a-2', name: 'staff' }, 3);
    const renamed =
      (name: string, group = 's-1') =>
      () =>
        settleWish({ kind: 'rename', group, name }, topology, [split, first, second]).wish;
    expect(renamed('stock')).toThrow(
      expect.objectContaining({
        code: 'name-taken',
        where: { name: 'stock', group: madeGroupId('application', split.id) },
      }),
    );
    const share = decisionOn(topology, { kind: 'share', workloads: ['hr-1'], name: 'clock' }, 4);
    expect(() => settleWish({ kind: 'rename', group: 'hr', name: 'clock' }, topology, [share])).toThrow(
      expect.objectContaining({ where: { name: 'clock', group: madeGroupId('shared-service', share.id) } }),
    );
    expect(renamed('staff')).toThrow(expect.objectContaining({ code: 'name-taken' }));
    expect(renamed('staff', 'a-2')()).toMatchObject({ name: 'staff' });
    expect(renamed('people')()).toMatchObject({ name: 'people' });
  });
});
