import type { Topology } from '../analytics/model/topology';
import type { ComplianceMap } from '../recommender/compliance';
import { complianceMapOf } from './compliance-map';

const NOTHING = { tuples: 0, connections: 0, packets: 0 };
const some = (connections: number) => ({ tuples: 1, connections, packets: connections });

const topology: Topology = {
  id: 't-1',
  window: { from: 0, to: 86_400 },
  workloads: [],
  groups: ['web', 'app'].map((id) => ({
    id,
    kind: 'tier',
    name: id,
    application: null,
    members: [{ workload: `${id}-1`, confidence: 1 }],
    reasons: [],
  })),
};

type Edge = ComplianceMap['edges'][number];

const edge = (client: string | null, server: string | null): Edge => ({
  client: { group: client, kind: 'tier', name: client ?? 'elsewhere' },
  server: { group: server, kind: 'tier', name: server ?? 'elsewhere' },
  stances: { allowed: some(90), denied: some(10), unprotected: NOTHING, unknown: NOTHING },
  tries: { allowed: NOTHING, denied: NOTHING, unprotected: NOTHING, unknown: NOTHING },
  outcomes: { passed: NOTHING, seen: some(95), blocked: some(5), unanswered: NOTHING },
  differences: {
    'allowed-but-policy-denies': NOTHING,
    'potentially-blocked': some(10),
    'denied-though-policy-allows': NOTHING,
  },
  ends: { both: some(90), client: NOTHING, server: NOTHING, neither: NOTHING },
  services: [
    { words: '8443/tcp', stance: 'allowed', connections: 90 },
    { words: 'ssh (22/tcp)', stance: 'denied', connections: 10 },
  ],
  rules: [{ rule: 'r-1', connections: 90 }],
});

const compliance: ComplianceMap = {
  policy: 'p-1',
  window: { from: 3600, to: 7200 },
  stances: edge(null, null).stances,
  tries: edge(null, null).tries,
  outcomes: edge(null, null).outcomes,
  differences: edge(null, null).differences,
  edges: [edge('web:managed', 'app'), edge('web', null), edge('gone', 'app')],
  leftOff: 2,
  applications: [],
  words: 'of 2 conversations',
};

it('draws what a policy says, a line for each state, and counts what has no place on the map', () => {
  const { view, words } = complianceMapOf(topology, compliance, 'draft', []);
  expect(view.edges.map(({ from, to, state, label, rules }) => [from, to, state, label, rules])).toEqual([
    ['web', 'app', 'allowed', '8443/tcp', ['r-1']],
    ['web', 'app', 'denied', 'ssh (22/tcp)', []],
  ]);
  expect(view.hidden.edges).toBe(4);
  expect(words).toBe('of 2 conversations');
});

it('draws what became of it', () => {
  const { view } = complianceMapOf(topology, compliance, 'observed', []);
  expect(view.edges.map(({ state, connections }) => [state, connections])).toEqual([
    ['unprotected', 95],
    ['denied', 5],
  ]);
});
