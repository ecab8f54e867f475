import type { ThreatKind } from '../../analytics/threats';
import type { Service } from '../../analytics/model/service';
import { suspectedBy } from './suspected';

const tcp = (port: number): Service => ({ kind: 'port', protocol: 6, port });
const involved = (workload: string, part: 'source' | 'target') => ({
  workload,
  name: workload,
  part,
  managed: true,
  addresses: [],
});
const finding = (kind: ThreatKind) => ({ kind, workloads: [involved('ws-1', 'source'), involved('ws-2', 'target')] });

describe('what a finding is about', () => {
  it.each<[ThreatKind, string, string, Service, boolean]>([
    ['remote-execution', 'ws-1', 'ws-2', tcp(445), true],
    [
      'first-administration',
      'ws-1',
      'ws-2',
      { kind: 'dynamic', protocol: 6, control: 135, observed: { first: 50000, last: 50001 } },
      true,
    ],
    ['remote-execution', 'ws-1', 'ws-2', tcp(8080), false],
    ['remote-execution', 'ws-2', 'ws-1', tcp(445), false],
    ['beacon', 'ws-1', 'ws-2', tcp(8443), true],
    ['volume', 'ws-1', 'ws-2', tcp(445), false],
  ])('%s: %s to %s', (kind, client, server, service, expected) => {
    expect(suspectedBy([finding(kind)])({ client, server, service })).toBe(expected);
  });
});
