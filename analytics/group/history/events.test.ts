import { findEvents } from './events';
import { topologyOf } from '../testing/topology';

type Sketch = Parameters<typeof topologyOf>[0];

const told = (before: Sketch, after: Sketch) =>
  findEvents(topologyOf(before), topologyOf(after)).map(({ kind, text }) => `${kind}: ${text}`);

describe('findEvents', () => {
  it.each<[string, Sketch, Sketch, string[]]>([
    ['nothing', { shop: 'a b c' }, { shop: 'a b c' }, []],
    [
      'a part that leaves',
      { shop: 'a b c d e f g h i j k l m n' },
      { shop: 'a b c d e f g h', search: 'i j k l m n' },
      ['split: shop split: 6 of 14 workloads are now search'],
    ],
    [
      'a group that comes apart',
      { shop: 'a b c d e f g h i' },
      { x: 'a b', y: 'c d', z: 'e f', w: 'g h' },
      [
        'split: shop came apart: 2 of 9 workloads are now x, 2 are now y, 2 are now z, 2 are now w',
        'left: 1 of 9 workloads left shop: 1 gone',
      ],
    ],
    [
      'two that become one',
      { shop: 'a b c', hr: 'd e' },
      { shop: 'a b c d e' },
      ['merged: hr merged into shop: 2 of the 2 of hr are there now'],
    ],
    [
      'several that become another',
      { shop: 'a b c', hr: 'd e f', it: 'g h i', crm: 'j k l' },
      { portal: 'a b d e g h j k' },
      [
        'merged: shop, hr, it, crm merged into portal: 2 of the 3 of shop, 2 of the 3 of hr, 2 of the 3 of it, 2 of the 3 of crm are there now',
        'left: 1 of 3 workloads left crm: 1 gone',
        'left: 1 of 3 workloads left hr: 1 gone',
        'left: 1 of 3 workloads left it: 1 gone',
        'left: 1 of 3 workloads left shop: 1 gone',
      ],
    ],
    [
      'what was not there before',
      { shop: 'a b' },
      { shop: 'a b', hr: 'c d' },
      ['appeared: hr appeared with 2 workloads: 2 new'],
    ],
    [
      'what is gone',
      { shop: 'a b', hr: 'c' },
      { shop: 'a b' },
      ['vanished: hr vanished, which had 1 workload: 1 gone'],
    ],
    [
      'members that come, go and change',
      { shop: 'a b c d', hr: 'e f g h' },
      { shop: 'a b c e n', hr: 'f g h' },
      [
        'joined: 2 workloads joined shop: 1 new, 1 from hr',
        'left: 1 of 4 workloads left hr: 1 to shop',
        'left: 1 of 4 workloads left shop: 1 gone',
      ],
    ],
    [
      'another name, which its tiers follow',
      { shop: { id: '1', members: 'a b' }, 'web of shop': { id: '2', kind: 'tier', application: '1', members: 'a b' } },
      {
        store: { id: '1', members: 'a b' },
        'web of store': { id: '2', kind: 'tier', application: '1', members: 'a b' },
      },
      ['renamed: shop is called store now'],
    ],
    [
      'another tier in the same application',
      {
        shop: 'a b c d',
        web: { kind: 'tier', application: 'shop', members: 'a b c' },
        db: { kind: 'tier', application: 'shop', members: 'd' },
      },
      {
        shop: 'a b c d',
        web: { kind: 'tier', application: 'shop', members: 'a b' },
        db: { kind: 'tier', application: 'shop', members: 'c d' },
      },
      ['joined: 1 workload joined db: 1 from web', 'left: 1 of 3 workloads left web: 1 to db'],
    ],
    [
      'an application that moves, and not each of its tiers',
      { shop: 'a b', web: { kind: 'tier', application: 'shop', members: 'a b' } },
      {
        shop: 'a b',
        web: { kind: 'tier', application: 'shop', members: 'a b' },
        hr: 'x',
        front: { kind: 'tier', application: 'hr', members: 'x' },
      },
      ['appeared: hr appeared with 1 workload: 1 new'],
    ],
    [
      'what a new group has from elsewhere',
      { shop: 'a b' },
      { shop: 'a b', hr: 'c d (b)' },
      ['appeared: hr appeared with 2 workloads and 1 at home elsewhere: 2 new'],
    ],
    [
      'what a group that is gone had from elsewhere',
      { shop: 'a b', hr: 'c (b)' },
      { shop: 'a b' },
      ['vanished: hr vanished, which had 1 workload and 1 at home elsewhere: 1 gone'],
    ],
    ['a database that is lent', { shop: 'a b', hr: 'c' }, { shop: 'a b', hr: 'c (b)' }, []],
    ['a database that an earlier release had in both', { shop: 'a b', hr: 'c b' }, { shop: 'a b', hr: 'c (b)' }, []],
    [
      'a shared service that is none any more',
      { shop: 'a b', dns: { kind: 'shared-service', members: 'n' } },
      { shop: 'a b n' },
      ['vanished: dns vanished, which had 1 workload: 1 to shop', 'joined: 1 workload joined shop: 1 from dns'],
    ],
    [
      'a tier that merges into its namesake of another application',
      {
        shop: { id: 'a-1', members: 'a b c d' },
        'web of shop': { id: 't-1', kind: 'tier', application: 'a-1', members: 'a b c d' },
        portal: { id: 'a-2', members: 'e f g' },
        web: { id: 't-2', kind: 'tier', application: 'a-2', members: 'e' },
        'web 2': { id: 't-3', kind: 'tier', application: 'a-2', members: 'f g' },
      },
      {
        shop: { id: 'a-2', members: 'e f g' },
        web: { id: 't-3', kind: 'tier', application: 'a-2', members: 'e f g' },
      },
      [
        'merged: web (then in portal, a-2) merged into web: 1 of the 1 of web (then in portal, a-2) are there now',
        'vanished: shop (then a-1) vanished, which had 4 workloads: 4 gone',
        'renamed: portal is called shop now',
        'renamed: web 2 is called web now',
      ],
    ],
    [
      'a home that lends to the one before',
      { shop: 'a b c', hr: 'd e (c)' },
      { shop: 'a b (c)', hr: 'd e c' },
      ['joined: 1 workload joined hr: 1 from shop', 'left: 1 of 3 workloads left shop: 1 to hr'],
    ],
    [
      'a group that comes back under another id',
      { shop: { id: '1', members: 'a b c' } },
      { store: { id: '2', members: 'a b c' } },
      ['renamed: shop is called store now'],
    ],
  ])('tells of %s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it('says of all in a tier where they came from, and where they went, so that the numbers add up', () => {
    const tier = (application: string, members: string) => ({ kind: 'tier' as const, application, members });
    const one: Sketch = { shop: 'a b c d e', web: tier('shop', 'a b c d'), db: tier('shop', 'e'), hr: 'f' };
    const other: Sketch = { shop: 'a e', db: tier('shop', 'a e'), hr: 'f b c' };
    expect(told(one, other)).toContain(
      'vanished: web vanished, which had 4 workloads: 1 gone, 1 to db, 2 that left its application',
    );
    expect(told(other, one)).toContain(
      'appeared: web appeared with 4 workloads: 1 new, 1 from db, 2 from outside its application',
    );
  });

  it('names ids of this run, of the one before where they are gone, and the workloads', () => {
    const before = topologyOf({ shop: { id: '1', members: 'a b c' }, hr: { id: '2', members: 'd e' } });
    const after = topologyOf({ store: { id: '1', members: 'a b c d e' } });
    expect(findEvents(before, after).map(({ kind, groups, workloads }) => ({ kind, groups, workloads }))).toEqual([
      { kind: 'merged', groups: ['1', '2'], workloads: ['d', 'e'] },
      { kind: 'renamed', groups: ['1'], workloads: [] },
    ]);
  });
});
