import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Group, GroupKind, Topology } from '../../analytics/model/topology';
import type { Workload, WorkloadKind } from '../../analytics/model/workload';
import { rangesOf } from '../model/service-range';

export function workloadOf(id: string, addresses: readonly string[], kind: WorkloadKind = 'managed'): Workload {
  return { id, name: id, kind, addresses, labels: {} };
}

export function topologyGroup(
  id: string,
  kind: GroupKind,
  members: readonly string[],
  application: string | null = null,
): Group {
  const name = kind === 'tier' ? `${id.split('-')[1]} of ${application}` : id;
  return {
    id,
    kind,
    name,
    application,
    members: members.map((workload) => ({ workload, confidence: 0.8 })),
    reasons: [],
  };
}

const WINDOW = { from: 1_760_000_400, to: 1_760_086_800 };

export function topologyOf(workloads: readonly Workload[], groups: readonly Group[]): Topology {
  return { id: 't-1', window: WINDOW, workloads, groups };
}

export function use(client: string, server: string, service: Service, more: Partial<Dependency> = {}): Dependency {
  const ports =
    service.kind === 'dynamic'
      ? [service.observed.first, service.observed.last]
      : rangesOf(service).map(({ first }) => first);
  return {
    client,
    server,
    service,
    ports,
    connections: 100,
    established: 100,
    denied: 0,
    packets: 1000,
    bytes: 100_000,
    hours: 9,
    firstSeen: WINDOW.from + 60,
    lastSeen: WINDOW.to - 60,
    direction: 1,
    confidence: 0.9,
    reporters: ['10.255.0.1'],
    ...more,
  };
}

/** Workload ids of external networks, unrelated to each other. */
export const PUBLIC = ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '80.1.2.0/24', '81.1.2.0/24'];

/** Two applications, DNS, a scanner, strangers inside and outside. */
export const TOPOLOGY: Topology = topologyOf(
  [
    workloadOf('web-1', ['10.0.1.1']),
    workloadOf('web-2', ['10.0.1.2']),
    workloadOf('app-1', ['10.0.2.1']),
    workloadOf('app-2', ['10.0.2.2']),
    workloadOf('db-1', ['10.0.3.1', '2001:db8::31']),
    workloadOf('etl-1', ['10.0.4.1']),
    workloadOf('dns-1', ['10.0.9.1']),
    workloadOf('probe', ['10.0.8.1']),
    workloadOf('10.0.7.7', ['10.0.7.7'], 'unknown'),
    workloadOf('10.0.7.8', ['10.0.7.8'], 'unknown'),
    workloadOf('10.0.7.9', ['10.0.7.9'], 'unknown'),
    ...PUBLIC.map((network) => workloadOf(network, [network.replace('0/24', '9')], 'external')),
  ],
  [
    topologyGroup('shop', 'application', ['web-1', 'web-2', 'app-1', 'app-2', 'db-1']),
    topologyGroup('lake', 'application', ['etl-1']),
    topologyGroup('shop-web', 'tier', ['web-1', 'web-2'], 'shop'),
    topologyGroup('shop-app', 'tier', ['app-1', 'app-2'], 'shop'),
    topologyGroup('shop-db', 'tier', ['db-1'], 'shop'),
    topologyGroup('lake-etl', 'tier', ['etl-1'], 'lake'),
    topologyGroup('dns', 'shared-service', ['dns-1']),
    topologyGroup('scanners', 'scanner', ['probe']),
    topologyGroup('strangers', 'unknown', ['10.0.7.7', '10.0.7.8', '10.0.7.9']),
    topologyGroup('outside', 'external', PUBLIC),
  ],
);
