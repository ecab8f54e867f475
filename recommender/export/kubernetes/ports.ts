import type { Service } from '../../../analytics/model/service';
import { PROTOCOL, protocolName } from '../../../ingest/kernel/port';
import { LAST_PORT, rangesOf } from '../../model/service-range';
import type { Loss } from '../backend';

export interface PolicyPort {
  readonly protocol: PortProtocol;
  /** Absent: all ports of the protocol. */
  readonly port?: number;
  readonly endPort?: number;
}

type PortProtocol = 'TCP' | 'UDP' | 'SCTP';

/** All that NetworkPolicy can say; what it does to any other protocol is undefined, and denying in most plug-ins. */
const PROTOCOLS: ReadonlyMap<number, PortProtocol> = new Map([
  [PROTOCOL.tcp, 'TCP'],
  [PROTOCOL.udp, 'UDP'],
  [PROTOCOL.sctp, 'SCTP'],
]);

/** The ports of a rule, sorted, and the services that it loses. An empty list would mean all ports, so mind it. */
export function portsOf(services: readonly Service[], rule: string): { ports: PolicyPort[]; losses: Loss[] } {
  const ports = new Map<string, PolicyPort>();
  const losses: Loss[] = [];
  for (const service of services) {
    const protocol = PROTOCOLS.get(service.protocol);
    if (!protocol) {
      losses.push({
        rule,
        service,
        reason: `NetworkPolicy knows TCP, UDP and SCTP, not ${protocolName(service.protocol)}`,
      });
      continue;
    }
    for (const { first, last } of rangesOf(service)) {
      const port = portOf(protocol, first, last);
      if (port) ports.set(JSON.stringify(port), port);
      if (first === 0 && last < LAST_PORT) losses.push({ rule, service, reason: 'NetworkPolicy has no port 0' });
    }
  }
  return { ports: [...ports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port), losses };
}

function portOf(protocol: PortProtocol, first: number, last: number): PolicyPort | undefined {
  if (first === 0 && last === LAST_PORT) return { protocol };
  if (last === 0) return undefined;
  const port = Math.max(1, first);
  return port === last ? { protocol, port } : { protocol, port, endPort: last };
}
