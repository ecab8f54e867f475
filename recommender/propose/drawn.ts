import { findDrawnPorts, type DrawnPorts, type GroupPort } from '../../analytics/dynamic/drawn-ports';
import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Group, Topology, Window } from '../../analytics/model/topology';
import { knownService } from '../../analytics/services';
import { hasPorts } from '../../ingest/kernel/port';
import { surveyEstate } from './estate';
import { placeServers, type Served } from './placement';
import { refusalOf } from './sift';
import { systemRangeOf, type SystemRange } from './system-range';

/** Whether a port may be drawn at all. Not so where port numbers are no numbers of ports. */
export type MayWander = (protocol: number, port: number) => boolean;

const FIRST_UNPRIVILEGED = 1024;

/** A registered port is a service of its own, and below 1024 nothing is drawn from. */
export const mayWander: MayWander = (protocol, port) =>
  hasPorts(protocol) && port >= FIRST_UNPRIVILEGED && knownService({ kind: 'port', protocol, port }) === undefined;

/** What of a window groups draw, for whoever judges rules by what they admit; `group` is the id of the topology's. */
export function drawnPortsOf(
  { topology, dependencies }: { readonly topology: Topology; readonly dependencies: readonly Dependency[] },
  wanders: MayWander = mayWander,
): DrawnPorts[] {
  const estate = surveyEstate(topology);
  const accepted = dependencies.filter((dependency) => refusalOf(dependency, estate) === undefined);
  return drawnBy(placeServers(accepted, estate), topology.window, wanders);
}

/** Ports of groups that serve them: the same port of several members is one. */
export function drawnBy(served: readonly Served[], window: Window, wanders: MayWander): DrawnPorts[] {
  const groups = new Map<string, { destination: Group; protocol: number; ports: Map<number, PortSeen> }>();
  for (const { destination, dependency } of served) {
    const { service, server, hours, firstSeen, lastSeen } = dependency;
    if (service.kind !== 'port' || destination.kind === 'external') continue;
    const key = keyOf(destination.id, service.protocol);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { destination, protocol: service.protocol, ports: new Map() }));
    const seen = group.ports.get(service.port);
    if (seen) {
      seen.first = Math.min(seen.first, firstSeen);
      seen.last = Math.max(seen.last, lastSeen);
      seen.hours = Math.max(seen.hours, hours);
      seen.servers.add(server);
    } else group.ports.set(service.port, { first: firstSeen, last: lastSeen, hours, servers: new Set([server]) });
  }
  return findDrawnPorts(
    [...groups.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { destination, protocol, ports }]) => ({
        group: destination.id,
        protocol,
        members: destination.members.length,
        ports: [...ports].map(([port, { servers, ...life }]): GroupPort => ({
          port,
          ...life,
          servers: servers.size,
          mayWander: wanders(protocol, port),
        })),
      })),
    window,
  );
}

interface PortSeen {
  first: number;
  last: number;
  hours: number;
  readonly servers: Set<string>;
}

/** Puts what a group draws down as the one service it is. Ports beside the range that nearly all were drawn from stay exact. */
export function foldDrawn(
  served: readonly Served[],
  drawn: readonly DrawnPorts[],
  ranges: readonly SystemRange[],
): Served[] {
  const services = new Map<string, Map<number, Service>>();
  for (const { group, protocol, drawn: all } of drawn) {
    const ports = mainPorts(all, ranges);
    const [first = 0] = ports;
    const observed = { first, last: ports.at(-1) ?? first };
    const service: Service = { kind: 'dynamic', protocol, control: null, observed };
    services.set(keyOf(group, protocol), new Map(ports.map((port) => [port, service])));
  }
  return served.map((each) => {
    const { destination, dependency } = each;
    if (dependency.service.kind !== 'port') return each;
    const { protocol, port } = dependency.service;
    const service = services.get(keyOf(destination.id, protocol))?.get(port);
    return service ? { destination, dependency: { ...dependency, service } } : each;
  });
}

/** One odd port must not stretch what is admitted: this share in a system's range, and the rest is services of their own. */
const MAIN = 0.9;

function mainPorts(ports: readonly number[], ranges: readonly SystemRange[]): readonly number[] {
  if (systemRangeOf(ports, null, ranges)) return ports;
  for (const { first, last } of ranges) {
    const inside = ports.filter((port) => first <= port && port <= last);
    if (inside.length >= MAIN * ports.length && systemRangeOf(inside, null, ranges)) return inside;
  }
  return ports;
}

function keyOf(group: string, protocol: number): string {
  return `${group}\t${protocol}`;
}
