import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import type { Service } from '../../analytics/model/service';
import { tcp, udp } from '../model/policy.fixture';
import { propose } from './propose';
import { TOPOLOGY, use, workloadOf } from './topology.fixture';

const NETWORK = Array.from({ length: 140 }, (_, i) => workloadOf(`10.9.0.${i}`, [`10.9.0.${i}`], 'unknown'));
const STRANGERS: Topology = {
  ...TOPOLOGY,
  workloads: [...TOPOLOGY.workloads, ...NETWORK],
  groups: [
    ...TOPOLOGY.groups,
    {
      id: 'clients',
      kind: 'unknown',
      name: 'clients in 10.9.0.0/24',
      application: null,
      members: NETWORK.map(({ id }) => ({ workload: id, confidence: 1 })),
      reasons: [],
    },
  ],
};
const ONCE: Partial<Dependency> = { firstSeen: TOPOLOGY.window.from, lastSeen: TOPOLOGY.window.from + 60 };
const AGAIN: Partial<Dependency> = { ...ONCE, lastSeen: TOPOLOGY.window.from + 86_400 };

function ruleFor(clients: number, server: string, service: Service, seen: Partial<Dependency>) {
  const dependencies = NETWORK.slice(0, clients).map(({ id }) => use(id, server, service, seen));
  const { sections } = propose({
    topology: STRANGERS,
    dependencies,
    name: 'test',
    now: '2026-03-01T00:00:00.000Z',
  });
  return sections.flatMap(({ rules }) => rules)[0];
}

it.each([
  ['one that asks everybody’s service', 1, 'dns-1', udp(53), ONCE, false],
  ['three that ask everybody’s service', 3, 'dns-1', udp(53), ONCE, true],
  ['three that administer it', 3, 'dns-1', tcp(22), ONCE, false],
  ['eleven of 140 seen on one day', 11, 'web-1', tcp(443), ONCE, false],
  ['twelve of 140 seen on one day', 12, 'web-1', tcp(443), ONCE, true],
  ['many that come back', 40, 'web-1', tcp(443), AGAIN, false],
] as const)('names clients: %s', (_, clients, server, service, seen, all) => {
  expect(ruleFor(clients, server, service, seen)?.words.startsWith('clients in 10.9.0.0/24 may')).toBe(all);
});

it('says who is admitted without having been seen', () => {
  expect(ruleFor(12, 'web-1', tcp(443), ONCE)?.extra).toEqual({
    openings: 256,
    words: '128 of clients in 10.9.0.0/24 may reach web of shop as others there do, without having been seen to',
    merged: [],
  });
});
