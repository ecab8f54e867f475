import type { Workload, WorkloadKind } from '../model/workload';
import { dependency, managed, tcp } from '../quality/estate';
import { gatherEvidence } from './evidence';
import { groupOutsiders } from './outsiders';

const outside = (id: string, kind: WorkloadKind, addresses: readonly string[], type?: 'network'): Workload => ({
  ...managed(id),
  kind,
  addresses,
  ...(type ? { type } : {}),
});

const WORKLOADS: readonly Workload[] = [
  managed('web'),
  outside('8.8.8.0/24', 'external', ['8.8.8.8', '8.8.8.9']),
  outside('9.9.9.0/24', 'external', ['9.9.9.9']),
  outside('172.20.1.0/24', 'external', ['172.20.1.1']),
  outside('payments', 'external', ['198.51.100.1'], 'network'),
  outside('partner.example', 'external', ['203.0.113.1']),
  outside('203.0.113.7', 'external', ['203.0.113.7']),
  outside('172.20.9.9', 'external', ['172.20.9.8', '172.20.9.9']),
  outside('10.9.0.1', 'unknown', ['10.9.0.1']),
  outside('10.9.0.2', 'unknown', ['10.9.0.2']),
  outside('10.9.0.3', 'unknown', ['10.9.0.3']),
  outside('10.9.1.1', 'unknown', ['10.9.1.1']),
  outside('10.9.2.255', 'unknown', ['10.9.2.255']),
  { ...outside('10.9.0.4', 'unknown', ['10.9.0.4']), users: ['ann'] },
  { ...outside('10.9.0.5', 'unknown', ['10.9.0.5']), users: ['bob'] },
  { ...outside('10.9.0.6', 'unknown', ['10.9.0.6']), users: ['svc-backup'] },
];

describe('outsiders', () => {
  const dependencies = [
    dependency('10.9.0.1', 'web', tcp(443)),
    dependency('10.9.0.2', 'web', tcp(443)),
    dependency('10.9.0.2', 'web', tcp(80)),
    dependency('web', '10.9.0.3', tcp(22)),
    dependency('10.9.0.4', 'web', tcp(443)),
    dependency('web', '10.9.0.4', tcp(5985)),
    dependency('web', '10.9.0.6', tcp(22)),
    dependency('web', '8.8.8.0/24', tcp(443)),
    { ...dependency('web', '10.9.1.1', tcp(22)), established: 0 },
  ];
  const evidence = gatherEvidence(WORKLOADS, dependencies, () => undefined);
  const found = groupOutsiders(evidence, new Set());
  const idsOf = (workloads: readonly number[]) => workloads.map((n) => evidence.workloads[n]?.id).join(' ');

  it('are named networks, the Internet, private networks elsewhere, and by subnet users, clients, hosts and the silent', () => {
    expect(Object.fromEntries(found.map(({ kind, name, workloads }) => [`${kind} ${name}`, idsOf(workloads)]))).toEqual(
      {
        'external internet': '203.0.113.7 8.8.8.0/24 9.9.9.0/24',
        'external private networks elsewhere': '172.20.1.0/24 172.20.9.9',
        'external payments': 'payments',
        'external partner.example': 'partner.example',
        'unknown clients in 10.9.0.0/24': '10.9.0.1 10.9.0.2',
        'unknown unknown hosts in 10.9.0.0/24': '10.9.0.3 10.9.0.6',
        'unknown users in 10.9.0.0/24': '10.9.0.4 10.9.0.5',
        'unknown silent addresses in 10.9.1.0/24': '10.9.1.1',
        'unknown silent addresses in 10.9.2.0/24': '10.9.2.255',
      },
    );
  });

  it('say why, with counts', () => {
    const reasonOf = (wanted: string) => found.find(({ name }) => name === wanted)?.reason;
    expect(reasonOf('clients in 10.9.0.0/24')).toBe(
      'not in the inventory, never seen to serve anyone; 2 addresses, 3 uses of others, 0 uses by others',
    );
    const silent = 'not in the inventory, never seen to ask or to answer anyone: perhaps nobody is there; 1 address';
    expect(reasonOf('silent addresses in 10.9.1.0/24')).toBe(`${silent}, 1 use by others, all in vain`);
    expect(reasonOf('silent addresses in 10.9.2.0/24')).toBe(
      `${silent}, 0 uses by others; 1 of them at the end of the network, as its broadcast address is`,
    );
    expect(reasonOf('internet')).toBe(
      'public addresses outside the networks of the estate; 4 addresses, 0 uses of others, 1 use by others',
    );
  });

  it('leave out who has a group already', () => {
    const taken = new Set([evidence.workloads.findIndex(({ id }) => id === 'payments')]);
    expect(groupOutsiders(evidence, taken).map(({ name }) => name)).not.toContain('payments');
  });
});
