import { WayleaveError } from '../../../ingest/kernel/errors';
import { hasPorts, PROTOCOL, protocolName } from '../../../ingest/kernel/port';
import type { Service } from '../../../analytics/model/service';
import { rangesOf, type ServiceRange } from '../../model/service-range';
import type { NamedSets, Side } from './address-sets';

export type Family = 'v4' | 'v6';

/** nft words that match an address family's packets by their ends; `family` is undefined where both match. */
export interface AddressMatch {
  readonly family: Family | undefined;
  readonly text: string;
}

/** One match for each family in which both sides have addresses: none at all if the sides can never meet. */
export function addressMatches(sources: Side, destinations: Side): AddressMatch[] {
  if (sources === 'any' && destinations === 'any') return [{ family: undefined, text: '' }];
  return (['v4', 'v6'] as const).flatMap((family) => {
    const source = sideMatch(sources, family, 'saddr');
    const destination = sideMatch(destinations, family, 'daddr');
    if (source === undefined || destination === undefined) return [];
    return [{ family, text: `${source}${destination}` }];
  });
}

export function setName(sets: NamedSets, family: Family): string {
  return `${sets.name}_${family}`;
}

function sideMatch(side: Side, family: Family, field: 'saddr' | 'daddr'): string | undefined {
  if (side === 'any') return '';
  if (side[family].length === 0) return undefined;
  return `${family === 'v4' ? 'ip' : 'ip6'} ${field} @${setName(side, family)} `;
}

/** One match for each protocol and, for ICMP, each type: nft has no way to say them together. */
export function serviceMatches(services: readonly Service[], family: Family | undefined): string[] {
  const ports = new Map<number, ServiceRange[]>();
  const others = new Set<string>();
  for (const service of services) {
    switch (service.kind) {
      case 'port':
      case 'dynamic':
        if (!hasPorts(service.protocol)) throw portless(service.protocol);
        ports.set(service.protocol, [...(ports.get(service.protocol) ?? []), ...rangesOf(service)]);
        break;
      case 'icmp':
        if (family !== (service.protocol === PROTOCOL.icmp ? 'v6' : 'v4'))
          others.add(icmpMatch(service.protocol, service.type, service.code));
        break;
      case 'protocol':
        others.add(`meta l4proto ${service.protocol}`);
    }
  }
  const withPorts = [...ports]
    .sort(([a], [b]) => a - b)
    .map(([protocol, ranges]) => `${protocolName(protocol)} dport ${portList(ranges)}`);
  return [...withPorts, ...[...others].sort()];
}

function icmpMatch(protocol: number, type: number, code: number): string {
  const name = protocol === PROTOCOL.icmp ? 'icmp' : 'icmpv6';
  return `${name} type ${type} ${name} code ${code}`;
}

/** Merged, because nft refuses overlapping ranges in an unnamed set. */
function portList(ranges: readonly ServiceRange[]): string {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else merged.push({ first, last });
  }
  const texts = merged.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return texts.length === 1 ? texts.join() : `{ ${texts.join(', ')} }`;
}

function portless(protocol: number): WayleaveError {
  return new WayleaveError(`nftables has no ports for ${protocolName(protocol)}`, {
    code: 'not-expressible',
    where: { protocol },
  });
}
