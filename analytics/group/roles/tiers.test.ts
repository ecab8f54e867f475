import type { Application } from '../applications/applications';
import type { Roles } from './roles';
import { findTiers, type NextTier } from './tiers';

const application = (
  owned: readonly number[],
  borrowed: readonly number[] = [],
  more: Partial<Application> = {},
): Application => ({
  application: null,
  environment: null,
  owned: new Map(owned.map((workload) => [workload, 1])),
  borrowed: new Map(borrowed.map((workload) => [workload, 0.6])),
  inside: 1,
  outside: 0,
  next: new Map(),
  agreement: 1,
  decided: null,
  towards: [],
  ...more,
});

/** Roles with all similarities in one table; missing ones are 0. */
function roles(members: readonly (readonly number[])[], similar: Readonly<Record<string, number>>): Roles {
  const similarity = (a: number, b: number) => similar[`${Math.min(a, b)} ${Math.max(a, b)}`] ?? 0;
  const all = members.flat();
  return {
    roleOf: new Map(members.flatMap((workloads, role) => workloads.map((workload) => [workload, role] as const))),
    members,
    similarity,
    similarTo: (workload) => all.filter((other) => other !== workload && similarity(workload, other) > 0),
  };
}

describe('findTiers', () => {
  it('cuts applications by roles, and knows the next best', () => {
    const found = findTiers(
      [application([0, 1, 2, 3]), application([4, 5])],
      roles(
        [
          [0, 1, 4],
          [2, 3, 5],
        ],
        { '0 1': 0.8, '0 4': 0.2, '1 4': 0.6, '2 3': 0.9, '0 2': 0.1 },
      ),
    );
    expect(found.map(({ application: of, members }) => [of, [...members.keys()]])).toEqual([
      [0, [0, 1]],
      [0, [2, 3]],
      [1, [4]],
      [1, [5]],
    ]);
    expect(found[0]?.members.get(0)).toBeCloseTo(0.9375);
    expect(found[0]?.next?.get(0)).toEqual({ at: 1, fit: expect.closeTo(0.0625) });
    // Nobody else is like it.
    expect(found[1]?.members.get(3)).toBe(1);
    expect(found[1]?.next?.has(3)).toBe(false);
  });

  it('takes the tiers a workload is lent to for no alternative to its own', () => {
    const [own, lent] = findTiers([application([0]), application([1], [0])], roles([[0, 1]], { '0 1': 1 }));
    expect([own?.next?.size, own?.members.get(0)]).toEqual([0, 1]);
    expect(lent?.members.get(0)).toBe(0.6);
  });

  it('is as sure of who is like the same role elsewhere, and no surer than of the application', () => {
    const web = [
      [0, 1, 2, 3],
      [4, 5],
    ];
    const alike = { '0 1': 0.7, '0 2': 0.9, '0 3': 0.9, '0 4': 0.3, '1 5': 0.2 };
    const found = findTiers([application([0, 1, 4]), application([2, 3, 5], [1])], roles(web, alike));
    expect(found[0]?.members.get(0)).toBeCloseTo(0.64);
    expect(found[0]?.next?.get(0)).toEqual({ at: 1, fit: expect.closeTo(0.36) });
    expect(found[2]?.members.get(1)).toBe(0.6);
  });

  it('knows of no reason for those that are like nobody, nor of any against', () => {
    const [silent] = findTiers([application([0, 1])], roles([[0, 1]], {}));
    expect([...(silent?.members.values() ?? [])]).toEqual([0.5, 0.5]);
  });

  it.each<[string, Partial<Application>, Partial<Application>, NextTier | undefined]>([
    ['none in an application that it has nothing to do with', {}, {}, undefined],
    ['one in the next best of applications', { next: new Map([[0, { at: 1, fit: 0.4 }]]) }, {}, { at: 1, fit: 1 }],
    [
      'none in another environment',
      { next: new Map([[0, { at: 1, fit: 0.4 }]]), environment: 'prod' },
      { environment: 'dev' },
      undefined,
    ],
  ])('names as next best %s', (_, own, other, expected) => {
    const [first] = findTiers(
      [application([0, 1], [], own), application([2], [], other)],
      roles([[0, 1], [2]], { '0 2': 0.5 }),
    );
    expect(first?.members.get(0)).toBe(0);
    expect(first?.next?.get(0)).toEqual(expected);
  });

  it('is sure of nobody who is least like its own', () => {
    const [first] = findTiers([application([0, 1, 2])], roles([[0, 1], [2]], { '0 2': 0.5 }));
    expect(first?.members.get(0)).toBe(0);
    expect(first?.next?.get(0)).toEqual({ at: 1, fit: 1 });
  });
});
