import { topologyOf } from './testing/topology';
import { withTopologyId } from './topology-id';

describe('withTopologyId', () => {
  const topology = topologyOf({ shop: 'a b' });
  const { id } = withTopologyId(topology);

  it('does not depend on the id of before', () => {
    expect(withTopologyId({ ...topology, id: 'other' } as Omit<typeof topology, 'id'>).id).toBe(id);
  });

  it.each([
    ['groups', { groups: [] }],
    ['workloads', { workloads: topology.workloads.map((each) => ({ ...each, labels: { app: 'shop' } })) }],
    ['what it could not see', { unseen: [{ text: 'only 4 hours', weight: 0.5 }] }],
    ['its window', { window: { from: 1, to: 2 } }],
  ])('covers %s', (_, changed) => {
    expect(withTopologyId({ ...topology, ...changed }).id).not.toBe(id);
  });
});
