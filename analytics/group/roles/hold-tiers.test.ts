import { holdTiers } from './hold-tiers';

const tier = (application: number, members: Readonly<Record<number, number>>) => ({
  application,
  members: new Map(Object.entries(members).map(([workload, confidence]) => [Number(workload), confidence])),
});
const byNumber = (of: Readonly<Record<number, string>>) =>
  new Map(Object.entries(of).map(([workload, group]) => [Number(workload), group]));
const held = (tierOf: Readonly<Record<number, string>>, anchors: Readonly<Record<number, string>> = {}) => ({
  tierOf: byNumber(tierOf),
  anchors: { application: new Map<number, string>(), tier: byNumber(anchors), shared: new Map<number, string>() },
});
const told = (tiers: ReturnType<typeof holdTiers>) =>
  tiers.map(({ application, members }) => [application, Object.fromEntries(members)]);

const found = [tier(0, { 1: 0.5, 2: 0.5, 3: 0.5 }), tier(0, { 4: 0.5, 5: 0.5 }), tier(1, { 6: 0.5 })];

describe('holdTiers', () => {
  it('brings who is held to where most of a tier is, and holds nobody else there', () => {
    expect(told(holdTiers(found, held({ 4: 'web' }, { 1: 'web', 2: 'web', 5: 'web' })))).toEqual([
      [0, { 1: 0.5, 2: 0.5, 3: 0.5, 4: 1 }],
      [0, { 5: 0.5 }],
      [1, { 6: 0.5 }],
    ]);
  });

  it.each<[string, Record<number, string>, (readonly [number, Record<number, number>])[]]>([
    [
      'nobody',
      {},
      [
        [0, { 1: 0.5, 2: 0.5, 3: 0.5 }],
        [0, { 4: 0.5, 5: 0.5 }],
        [1, { 6: 0.5 }],
      ],
    ],
    [
      'who joins a tier',
      { 1: 'web', 2: 'web', 4: 'web' },
      [
        [0, { 1: 1, 2: 1, 3: 0.5, 4: 1 }],
        [0, { 5: 0.5 }],
        [1, { 6: 0.5 }],
      ],
    ],
    [
      'who leaves for a tier of their own',
      { 1: 'web', 2: 'web', 3: 'edge' },
      [
        [0, { 1: 1, 2: 1 }],
        [0, { 3: 1 }],
        [0, { 4: 0.5, 5: 0.5 }],
        [1, { 6: 0.5 }],
      ],
    ],
    [
      'two that become one',
      { 1: 'web', 2: 'web', 3: 'web', 4: 'web', 5: 'web' },
      [
        [0, { 1: 1, 2: 1, 3: 1, 4: 1, 5: 1 }],
        [1, { 6: 0.5 }],
      ],
    ],
    [
      'a tier of one application only',
      { 4: 'web', 6: 'web' },
      [
        [0, { 1: 0.5, 2: 0.5, 3: 0.5 }],
        [0, { 4: 1, 5: 0.5 }],
        [1, { 6: 1 }],
      ],
    ],
  ])('holds %s', (_, tierOf, expected) => {
    expect(told(holdTiers(found, held(tierOf)))).toEqual(expected);
  });

  it('tells the next tier by where it is then, unless it is gone', () => {
    const next = new Map([
      [4, { at: 0, fit: 0.4 }],
      [5, { at: 2, fit: 0.2 }],
    ]);
    const [gone, ...others] = found;
    const tiers = [gone ?? tier(0, {}), { ...tier(0, { 4: 0.5, 5: 0.5 }), next }, ...others.slice(1)];
    // Tier 0 becomes two, so that the others come later.
    const split = holdTiers(tiers, held({ 1: 'web', 2: 'web', 3: 'edge' }));
    expect(split.map((each) => each.next && Object.fromEntries(each.next))).toEqual([
      undefined,
      undefined,
      { 4: { at: 0, fit: 0.4 }, 5: { at: 3, fit: 0.2 } },
      undefined,
    ]);
    // All of tier 0 joins the one that was its next.
    const joined = holdTiers(tiers, held({ 1: 'web', 2: 'web', 3: 'web', 4: 'web', 5: 'web' }));
    expect(joined.map((each) => [...(each.next?.values() ?? [])].every(({ at }) => at < joined.length))).toEqual([
      true,
      true,
    ]);
  });
});
