import type { Group, GroupKind, Topology } from '../../model/topology';
import { scoreTopology } from './topology-scores';
import type { HostTruth } from './truth';

const group = (id: string, kind: GroupKind, name: string, members: Readonly<Record<string, number>>): Group => ({
  id,
  kind,
  name,
  application: null,
  members: Object.entries(members).map(([workload, confidence]) => ({ workload, confidence })),
  reasons: [],
});
const topology = (...groups: Group[]): Topology => ({ id: '', window: { from: 0, to: 1 }, workloads: [], groups });
const host = (application: string | null, tier: string, more: Partial<HostTruth> = {}): HostTruth => ({
  application,
  tier,
  role: tier.split('.').at(-1) ?? '',
  shared: application === null ? tier : null,
  placeable: application !== null,
  ...more,
});

const truth = new Map([
  ['a1', host('a.prod', 'a.prod.web')],
  ['a2', host('a.prod', 'a.prod.db')],
  ['b1', host('b.prod', 'b.prod.web')],
  ['b2', host('b.prod', 'b.prod.db')],
  ['dns1', host(null, 'dns')],
]);
const right = [
  group('1', 'application', 'a', { a1: 1, a2: 1 }),
  group('2', 'application', 'b', { b1: 1, b2: 1 }),
  { ...group('3', 'tier', 'web of a', { a1: 1 }), role: 'web' },
  { ...group('4', 'tier', 'db of a', { a2: 1 }), role: 'postgres' },
  { ...group('5', 'tier', 'front of b', { b1: 1 }), role: 'web' },
  { ...group('6', 'tier', 'db of b', { b2: 1 }), role: 'postgres' },
];
const dns = group('7', 'shared-service', 'dns', { dns1: 1 });

describe('scores of a topology', () => {
  it('are 1 of the truth', () => {
    expect(scoreTopology(topology(...right, dns), truth)).toEqual({
      ari: 1,
      appsAri: 1,
      tiersAri: 1,
      rolesAri: 1,
      sharedPrecision: 1,
      sharedRecall: 1,
    });
  });

  it('count a member of two applications where it is surest', () => {
    const lending = group('1', 'application', 'a', { a1: 1, a2: 1, b2: 0.3 });
    expect(scoreTopology(topology(lending, ...right.slice(1), dns), truth).appsAri).toBe(1);
    const taking = group('1', 'application', 'a', { a1: 1, a2: 1, b2: 0.9 });
    const left = group('2', 'application', 'b', { b1: 1, b2: 0.4 });
    expect(scoreTopology(topology(taking, left, ...right.slice(2), dns), truth).appsAri).toBeLessThan(0.5);
  });

  it('know a shared service that was missed, and one that is none', () => {
    const wrong = group('7', 'shared-service', 'web', { a1: 1 });
    expect(scoreTopology(topology(...right, wrong), truth)).toMatchObject({ sharedPrecision: 0, sharedRecall: 0 });
    expect(scoreTopology(topology(...right, dns, wrong), truth)).toMatchObject({
      sharedPrecision: 0.5,
      sharedRecall: 1,
    });
    expect(scoreTopology(topology(...right), truth)).toMatchObject({ sharedPrecision: 1, sharedRecall: 0 });
  });

  it('leave out who shows nothing of its application', () => {
    const hidden = new Map(truth).set('a3', host('a.prod', 'a.prod.web', { placeable: false }));
    expect(scoreTopology(topology(...right, dns), hidden)).toMatchObject({ appsAri: 1, tiersAri: 1 });
  });
});
