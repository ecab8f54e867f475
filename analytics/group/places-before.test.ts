import type { Group } from '../model/topology';
import { managed } from '../quality/estate';
import { placesBefore } from './places-before';

const group = (id: string, kind: Group['kind'], members: Group['members']): Group => ({
  id,
  kind,
  name: id,
  application: null,
  members,
  reasons: [],
});

describe('placesBefore', () => {
  it('gives each the application it was at home in, not those it was lent to, and the role of its tier', () => {
    const shop = group('shop', 'application', [{ workload: 'db-1', confidence: 0.6 }]);
    const crm = group('crm', 'application', [
      { workload: 'crm-1', confidence: 1 },
      { workload: 'db-1', confidence: 0.4, lent: true },
    ]);
    const tier = { ...group('db of shop', 'tier', [{ workload: 'db-1', confidence: 1 }]), role: 'postgres' };
    const { applications, roles } = placesBefore(
      ['db-1', 'new-1', 'crm-1'].map((id) => managed(id)),
      { groups: [shop, crm, tier] },
    );
    expect([...applications]).toEqual([
      [0, 'shop'],
      [2, 'crm'],
    ]);
    expect([...roles]).toEqual([[0, 'postgres']]);
  });

  it('says who was where without any traffic of its own, and had no role', () => {
    const groups = [
      group('rest', 'application', [{ workload: 'mute', confidence: 1, silent: true }]),
      { ...group('hosts of rest', 'tier', [{ workload: 'mute', confidence: 1, silent: true }]), role: 'hosts' },
    ];
    const { applications, guessed, roles } = placesBefore([managed('mute')], { groups });
    expect([[...applications], [...guessed], roles.size]).toEqual([[[0, 'rest']], [0], 0]);
  });
});
