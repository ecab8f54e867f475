import { groupOf, policyOf } from '../model/policy.fixture';
import { topologyOf, workloadOf } from '../propose/topology.fixture';
import { findGroupChanges } from './group-changes';

describe('findGroupChanges', () => {
  it('says nothing of groups that are no finding of the analysis', () => {
    const topology = topologyOf([workloadOf('app1', ['10.0.2.1'])], []);
    const policy = policyOf(
      [],
      [
        groupOf('quarantine:app1', 'quarantine of app1', ['10.0.2.1'], 'unknown'),
        groupOf('tier-1', 'app of shop', ['10.0.2.1', '10.0.2.2']),
      ],
      ['quarantine:app1', 'tier-1'],
    );
    expect(findGroupChanges(policy, topology)).toMatchObject([
      { group: { id: 'tier-1' }, left: ['10.0.2.2'], moved: [{ address: '10.0.2.1' }] },
    ]);
  });
});
