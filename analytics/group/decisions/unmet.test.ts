import type { GroupWish } from '../../model/group-decision';
import { decisionOn, topologyOf } from '../testing/topology';
import { foldDecisions } from './fold-decisions';
import { madeGroupId } from './made-group-id';
import { findUnmet } from './unmet';

type Sketch = Parameters<typeof topologyOf>[0];

const before = topologyOf({ shop: 'a b c', hr: 'd e', ops: 'o', dns: { kind: 'shared-service', members: 'n' } });

const unmet = (after: Sketch, ...wishes: readonly GroupWish[]) => {
  const held = foldDecisions(
    wishes.map((wish, at) => decisionOn(before, wish, at + 1)),
    before,
  );
  return findUnmet(held, topologyOf(after));
};

describe('findUnmet', () => {
  it.each<[string, Sketch, GroupWish[], string[]]>([
    ['nothing', { shop: 'a b c' }, [], []],
    ['nothing that was held to', { shop: 'a b c d', hr: 'e' }, [{ kind: 'move', group: 'shop', workloads: ['d'] }], []],
    [
      'workloads that are gone',
      { shop: 'a b', hr: 'e' },
      [{ kind: 'move', group: 'shop', workloads: ['b', 'd'] }],
      ["ann's move of 2 workloads to shop on 2025-10-09: 1 of its 2 workloads is gone"],
    ],
    [
      'a group that is gone',
      { hr: 'a b c d e' },
      [{ kind: 'rename', group: 'shop', name: 'store' }],
      [
        "ann's renaming of shop to store on 2025-10-09: there is no such group any more: 3 of its 3 workloads are in hr now",
      ],
    ],
    [
      'all workloads being gone',
      { shop: 'a b c' },
      [{ kind: 'pin', group: 'hr', workloads: ['d', 'e'] }],
      ["ann's pinning of 2 workloads to hr on 2025-10-09: all 2 of its workloads are gone"],
    ],
    [
      'who could not be kept',
      { shop: 'a b c', hr: 'd e' },
      [{ kind: 'move', group: 'shop', workloads: ['d'] }],
      ["ann's move of d to shop on 2025-10-09: d could not be kept in shop"],
    ],
    [
      'nothing of a name or a place that later decisions changed',
      { hr: 'a b c d e' },
      [
        { kind: 'rename', group: 'shop', name: 'store' },
        { kind: 'move', group: 'shop', workloads: ['d'] },
        { kind: 'merge', groups: ['hr', 'shop'] },
      ],
      [],
    ],
    [
      'a confirmation that was refused later',
      { shop: 'a b c n' },
      [
        { kind: 'confirm', group: 'dns' },
        { kind: 'refuse', group: 'dns' },
      ],
      ["ann's confirmation of dns on 2025-10-09: overridden by ann's refusal of dns on 2025-10-09"],
    ],
    [
      'a refusal that was confirmed later',
      { dns: { kind: 'shared-service', members: 'n' } },
      [
        { kind: 'refuse', group: 'dns' },
        { kind: 'confirm', group: 'dns' },
      ],
      ["ann's refusal of dns on 2025-10-09: overridden by ann's confirmation of dns on 2025-10-09"],
    ],
    [
      'a move, by a confirmation of the group that it left in the same run',
      { shop: 'a b c', hr: 'd e' },
      [
        { kind: 'move', group: 'hr', workloads: ['b', 'c'] },
        { kind: 'confirm', group: 'shop' },
      ],
      ["ann's move of 2 workloads to hr on 2025-10-09: overridden by ann's confirmation of shop on 2025-10-09"],
    ],
    [
      'those of a confirmation who were moved later',
      { shop: 'a', hr: 'b c d e' },
      [
        { kind: 'confirm', group: 'shop' },
        { kind: 'move', group: 'hr', workloads: ['b', 'c'] },
      ],
      [
        "ann's confirmation of shop on 2025-10-09: overridden, as for b, c, by ann's move of 2 workloads to hr on 2025-10-09",
      ],
    ],
    [
      'a move, by a merger of the group that it left into a third',
      { hr: 'd e', ops: 'a b c o' },
      [
        { kind: 'move', group: 'hr', workloads: ['b'] },
        { kind: 'merge', groups: ['ops', 'shop'] },
      ],
      ["ann's move of b to hr on 2025-10-09: overridden by ann's merge of shop into ops on 2025-10-09"],
    ],
    [
      'nothing of who was moved out of what a split had left behind',
      { shop: 'a d', [madeGroupId('application', 'decision-1')]: 'e' },
      [
        { kind: 'split', group: 'hr', workloads: ['e'], name: 'x' },
        { kind: 'move', group: 'shop', workloads: ['d'] },
      ],
      [],
    ],
    [
      'nothing of a pin of who was moved away and pinned again',
      { shop: 'a b c', hr: 'd e' },
      [
        { kind: 'pin', group: 'shop', workloads: ['a'] },
        { kind: 'move', group: 'hr', workloads: ['a'] },
        { kind: 'pin', group: 'shop', workloads: ['a'] },
      ],
      ["ann's move of a to hr on 2025-10-09: overridden by ann's pinning of a to shop on 2025-10-09"],
    ],
    [
      'nothing of who moves to a group that is merged with the one that it left',
      { shop: 'a b c d e' },
      [
        { kind: 'pin', group: 'shop', workloads: ['a'] },
        { kind: 'move', group: 'hr', workloads: ['a'] },
        { kind: 'merge', groups: ['shop', 'hr'] },
      ],
      [],
    ],
    [
      'a refusal of who is gone',
      { shop: 'a b c' },
      [{ kind: 'refuse', group: 'dns' }],
      ["ann's refusal of dns on 2025-10-09: its only workload is gone"],
    ],
  ])('tells of %s', (_, after, wishes, expected) => {
    expect(unmet(after, ...wishes).map(({ text }) => text)).toEqual(expected);
  });

  it('names decisions and workloads', () => {
    expect(unmet({ shop: 'a b', hr: 'd' }, { kind: 'move', group: 'shop', workloads: ['d', 'e'] })).toEqual([
      { decision: 'decision-1', orphaned: false, workloads: ['d', 'e'], text: expect.any(String) as string },
    ]);
  });
});
