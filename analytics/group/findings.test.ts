import { dependency, managed, tcp } from '../quality/estate';
import { gatherEvidence } from './evidence';
import { findingsOf } from './findings';

const evidence = gatherEvidence(
  ['a', 'b', 'c'].map((id) => managed(id)),
  [dependency('a', 'b', tcp(5432))],
  () => undefined,
);
const nothing = { crossings: [], meshes: [], nearlyShared: [] };
const reasons = [{ text: 'so', weight: 0.12345 }];

describe('findingsOf', () => {
  it('has no word for what there is none of', () => {
    expect(findingsOf(evidence, nothing)).toEqual({});
  });

  it('gives ids for numbers, sorted', () => {
    const found = findingsOf(evidence, {
      crossings: [
        { client: 0, server: 1, service: 0, from: 'dev', to: 'prod', connections: 3, answered: true, shared: false },
        { client: 0, server: 1, service: 0, from: 'dev', to: 'prod', connections: 2, answered: false, shared: true },
      ],
      meshes: [{ service: 0, members: [0, 1], pairs: 1, share: 1 / 3, closure: 0.5, reasons }],
      nearlyShared: [
        {
          workloads: [2, 0],
          confidences: [0.3, 0.2],
          confidence: 0.33333,
          reach: 2,
          name: 'dns',
          reasons,
          confirmed: null,
        },
      ],
    });
    const crossing = { client: 'a', server: 'b', service: 'tcp/5432', from: 'dev', to: 'prod' };
    const rounded = [{ text: 'so', weight: 0.123 }];
    expect(found).toEqual({
      crossings: [
        { ...crossing, connections: 3 },
        { ...crossing, connections: 2, unanswered: true, shared: true },
      ],
      meshes: [{ service: 'tcp/5432', name: 'postgres', share: 0.333, members: ['a', 'b'], reasons: rounded }],
      candidates: [{ name: 'dns', members: ['a', 'c'], confidence: 0.333, reasons: rounded }],
    });
  });
});
