import type { Dependency } from '../../analytics/model/dependency';
import type { Service } from '../../analytics/model/service';
import type { Workload } from '../../analytics/model/workload';
import { serviceKey, serviceName } from '../../analytics/services';
import { protocolName } from '../../ingest/kernel/port';
import type { Context } from '../model/policy';
import { compareText } from '../../ingest/kernel/text';

const NUMBER = new Intl.NumberFormat('en-US');
/** More than this in one list and nobody reads it; the rule itself still names them all. */
const LISTED = 6;

/** `8443/tcp`, `https (443/tcp)`, `ms-rpc (135/tcp, handing out 49664 to 49801)`, `tcp dynamic (33012 to 60871)`, `icmp echo`. */
export function serviceWords(service: Service): string {
  const protocol = protocolName(service.protocol);
  const name = serviceName(service);
  switch (service.kind) {
    case 'port': {
      const exact = `${service.port}/${protocol}`;
      return name === exact ? exact : `${name} (${exact})`;
    }
    case 'dynamic': {
      const { first, last } = service.admitted ?? service.observed;
      const range = first === last ? String(first) : `${first} to ${last}`;
      return service.control === null
        ? `${name} (${range})`
        : `${name} (${service.control}/${protocol}, handing out ${range})`;
    }
    case 'icmp':
    case 'protocol':
      return name;
  }
}

/** " as postgres, TLS 1.2 or later, to api.example.com, by backup, from rsync". */
export function contextWords({ l7, tlsFloor, fqdns, users, processes }: Context): string {
  const parts = [
    l7.length === 0 ? '' : `as ${listWords(l7)}`,
    tlsFloor === null ? '' : `TLS ${tlsFloor} or later`,
    fqdns.length === 0 ? '' : `to ${listWords(fqdns)}`,
    users.length === 0 ? '' : `by ${listWords(users)}`,
    processes.length === 0 ? '' : `from ${listWords(processes)}`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`;
}

/** "a", "a and b", "a, b and 12 more". */
export function listWords(words: readonly string[], noun = ''): string {
  const shown =
    words.length > LISTED ? [...words.slice(0, LISTED - 1), `${words.length - LISTED + 1} more${noun}`] : words;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** "web-1 → app-2 on 8443/tcp, 1,204 connections". */
export function describeDependency(
  { client, server, service, connections }: Dependency,
  workloads: ReadonlyMap<string, Workload>,
): string {
  const nameOf = (id: string) => workloads.get(id)?.name ?? id;
  return `${nameOf(client)} → ${nameOf(server)} on ${serviceWords(service)}, ${counted(connections, 'connection')}`;
}

/** "1,204 connections". */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Most connections first; ties in the order of their names. One pass, as there may be a million to choose a few from. */
export function busiest(dependencies: readonly Dependency[], count: number): Dependency[] {
  const found: Dependency[] = [];
  for (const dependency of dependencies) {
    const least = found.at(-1);
    if (least && found.length === count && !isBusier(dependency, least)) continue;
    const place = found.findIndex((other) => isBusier(dependency, other));
    if (place >= 0) found.splice(place, 0, dependency);
    else if (found.length < count) found.push(dependency);
    if (found.length > count) found.pop();
  }
  return found;
}

function isBusier(a: Dependency, b: Dependency): boolean {
  if (a.connections !== b.connections) return a.connections > b.connections;
  return (
    (compareText(a.client, b.client) ||
      compareText(a.server, b.server) ||
      compareText(serviceKey(a.service), serviceKey(b.service))) < 0
  );
}
