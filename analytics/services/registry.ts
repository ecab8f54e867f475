import { PROTOCOL, protocolName } from '../../ingest/kernel/port';
import type { Service } from '../model/service';
import { WELL_KNOWN, type KnownService } from './well-known';

/** RFC 6335: ports from here on are never assigned, so finding one says nothing about who the server is. */
const FIRST_UNASSIGNABLE_PORT = 49152;

const BY_PORT: ReadonlyMap<number, KnownService> = new Map(
  WELL_KNOWN.map((known) => [known.protocol * 65536 + known.port, known]),
);

const ICMP_NAMES: ReadonlyMap<string, string> = new Map([
  [`${PROTOCOL.icmp}/0`, 'echo reply'],
  [`${PROTOCOL.icmp}/3`, 'unreachable'],
  [`${PROTOCOL.icmp}/5`, 'redirect'],
  [`${PROTOCOL.icmp}/8`, 'echo'],
  [`${PROTOCOL.icmp}/11`, 'time exceeded'],
  [`${PROTOCOL.icmp}/13`, 'timestamp'],
  [`${PROTOCOL.icmp6}/1`, 'unreachable'],
  [`${PROTOCOL.icmp6}/3`, 'time exceeded'],
  [`${PROTOCOL.icmp6}/128`, 'echo'],
  [`${PROTOCOL.icmp6}/133`, 'router solicitation'],
  [`${PROTOCOL.icmp6}/134`, 'router advertisement'],
  [`${PROTOCOL.icmp6}/135`, 'neighbour solicitation'],
  [`${PROTOCOL.icmp6}/136`, 'neighbour advertisement'],
]);

interface ServicePort {
  readonly protocol: number;
  readonly port: number;
}

/** What port numbers say about who the server is, each list sorted. */
export interface ServicePorts {
  /** Ports that only servers have: a client's ephemeral port is never one of them, but by accident. */
  readonly registered: readonly ServicePort[];
  /** Of these, what nearly every network has; between two registered ports the rarer is the accident. */
  readonly common: readonly ServicePort[];
  /** Services whose port lies in the range that clients draw from: they say little, but more than nothing. */
  readonly drawn: readonly ServicePort[];
  /** UDP services that never answer by nature: syslog, traps, flow exports. */
  readonly oneWay: readonly ServicePort[];
}

const COMMON_TCP = [
  22, 25, 53, 80, 88, 110, 111, 135, 139, 143, 389, 443, 445, 464, 465, 514, 587, 636, 993, 995, 1433, 1521, 3128, 3268,
  3306, 3389, 5432, 5672, 5985, 5986, 6379, 8080, 8443, 9092, 9100, 9200, 27017,
];
const COMMON_UDP = [
  53, 67, 69, 88, 123, 137, 138, 161, 162, 389, 443, 500, 514, 1812, 1813, 2055, 4500, 4739, 4789, 6343,
];

export const SERVICE_PORTS: ServicePorts = {
  registered: portsOf(({ port }) => port < FIRST_UNASSIGNABLE_PORT),
  common: portsOf(({ protocol, port }) =>
    (protocol === PROTOCOL.tcp ? COMMON_TCP : protocol === PROTOCOL.udp ? COMMON_UDP : []).includes(port),
  ),
  drawn: portsOf(({ port }) => port >= FIRST_UNASSIGNABLE_PORT),
  oneWay: portsOf(({ oneWay }) => oneWay),
};

function portsOf(chosen: (known: KnownService) => boolean): ServicePort[] {
  return WELL_KNOWN.filter(chosen)
    .map(({ protocol, port }) => ({ protocol, port }))
    .sort((a, b) => a.protocol - b.protocol || a.port - b.port);
}

export function lookUp(protocol: number, port: number): KnownService | undefined {
  return BY_PORT.get(protocol * 65536 + port);
}

/** What the registry knows of a service; for a dynamic one, of the port that hands it out. */
export function knownService(service: Service): KnownService | undefined {
  switch (service.kind) {
    case 'port':
      return lookUp(service.protocol, service.port);
    case 'dynamic':
      return service.control === null ? undefined : lookUp(service.protocol, service.control);
    case 'icmp':
    case 'protocol':
      return undefined;
  }
}

/** For people: `https`, `8443/tcp`, `ms-rpc dynamic`, `tcp dynamic`, `icmp echo`, `gre`. */
export function serviceName(service: Service): string {
  const protocol = protocolName(service.protocol);
  switch (service.kind) {
    case 'port':
      return knownService(service)?.name ?? `${service.port}/${protocol}`;
    case 'dynamic':
      return `${knownService(service)?.name ?? (service.control === null ? protocol : `${service.control}/${protocol}`)} dynamic`;
    case 'icmp': {
      const type = ICMP_NAMES.get(`${service.protocol}/${service.type}`) ?? `type ${service.type}`;
      return `${protocol} ${type}${service.code === 0 ? '' : ` code ${service.code}`}`;
    }
    case 'protocol':
      return protocol;
  }
}

/** For machines, one per service and sortable as text: `tcp/443`, `dynamic/tcp/135`, `dynamic/tcp`, `icmp/8/0`, `protocol/47`. */
export function serviceKey(service: Service): string {
  switch (service.kind) {
    case 'port':
      return `${protocolName(service.protocol)}/${service.port}`;
    case 'dynamic':
      return `dynamic/${protocolName(service.protocol)}${service.control === null ? '' : `/${service.control}`}`;
    case 'icmp':
      return `${protocolName(service.protocol)}/${service.type}/${service.code}`;
    case 'protocol':
      return `protocol/${service.protocol}`;
  }
}
