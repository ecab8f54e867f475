import { decisionOn, topologyOf } from '../testing/topology';
import { findGroup } from './find-group';

const topology = topologyOf({
  'shop (dev)': { id: 'application-a1', members: 'dev-1' },
  'shop (prod)': { id: 'application-a2', members: 'web-1 db-1' },
  'db of shop (prod)': { id: 'tier-b1', kind: 'tier', application: 'application-a2', members: 'db-1' },
  'front of shop (prod)': { id: 'tier-b2', kind: 'tier', application: 'application-a2', members: 'web-1' },
  dns: { id: 'shared-service-c1', kind: 'shared-service', members: 'ns-1' },
});

describe('findGroup', () => {
  it.each([
    ['SHOP (dev)', 'application-a1'],
    ['tier-b1', 'tier-b1'],
    ['shared-service-c', 'shared-service-c1'],
  ])('finds %s', (written, id) => {
    expect(findGroup(topology, written).id).toBe(id);
  });

  it.each([
    ['shop', 'did you mean shop (dev), shop (prod)?'],
    ['db of shop', 'did you mean db of shop (prod)?'],
    ['prod', 'did you mean shop (prod), db of shop (prod), front of shop (prod)?'],
    ['shpo (dev)', 'did you mean shop (dev)?'],
    ['fornt of shop (prod)', 'did you mean front of shop (prod)?'],
    ['o', 'expected the id or the name of one'],
    ['payroll', 'expected the id or the name of one'],
  ])('says what may be meant by %s', (written, hint) => {
    expect(() => findGroup(topology, written)).toThrow(
      `there is no group "${written}" among the 5 of topology-1; ${hint}`,
    );
  });

  const renamed = decisionOn(topology, { kind: 'rename', group: 'application-a2', name: 'Billing' }, 1);

  it.each([
    ['billing', 'application-a2'],
    ['db of billing', 'tier-b1'],
    ['shop (prod)', 'application-a2'],
  ])('finds %s after a renaming that no run has held to yet', (written, id) => {
    expect(findGroup(topology, written, [renamed]).id).toBe(id);
  });

  it('forgets the name of a renaming that was undone', () => {
    const undone = { ...renamed, undone: { at: 1, by: 'bob', reason: '' } };
    expect(() => findGroup(topology, 'billing', [undone])).toThrow('there is no group "billing"');
  });
});
