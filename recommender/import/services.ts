import type { Service } from '../../analytics/model/service';
import { hasPorts, PROTOCOL } from '../../ingest/kernel/port';
import { NEIGHBOUR_DISCOVERY } from '../model/decide';
import { LAST_PORT, type ServiceRange } from '../model/service-range';

/** Every protocol there can be: what a rule without any service says. */
export const EVERY_SERVICE: readonly ServiceRange[] = Array.from({ length: 256 }, (_, protocol) => ({
  protocol,
  first: 0,
  last: LAST_PORT,
}));

export function isEveryService(services: readonly Service[]): boolean {
  const whole = services.flatMap((service) => (service.kind === 'protocol' ? [service.protocol] : []));
  return new Set(whole).size === EVERY_SERVICE.length;
}

/** What is in both. */
export function commonRanges(a: readonly ServiceRange[], b: readonly ServiceRange[]): ServiceRange[] {
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const [first, last] = [Math.max(left.first, right.first), Math.min(left.last, right.last)];
      return left.protocol === right.protocol && first <= last ? [{ protocol: left.protocol, first, last }] : [];
    }),
  );
}

/** Sorted, merged, and without what is below any policy. */
export function tidyRanges(ranges: readonly ServiceRange[]): ServiceRange[] {
  const merged: { protocol: number; first: number; last: number }[] = [];
  for (const range of [...ranges].sort((a, b) => a.protocol - b.protocol || a.first - b.first)) {
    const before = merged.at(-1);
    if (before?.protocol === range.protocol && range.first <= before.last + 1)
      before.last = Math.max(before.last, range.last);
    else merged.push({ ...range });
  }
  return merged.filter((range) => !isNeighbourDiscovery(range));
}

function isNeighbourDiscovery({ protocol, first, last }: ServiceRange): boolean {
  return (
    protocol === NEIGHBOUR_DISCOVERY.protocol && first >= NEIGHBOUR_DISCOVERY.first && last <= NEIGHBOUR_DISCOVERY.last
  );
}

/** @param ranges tidy */
export function servicesIn(ranges: readonly ServiceRange[]): Service[] {
  return ranges.flatMap(({ protocol, first, last }): Service[] => {
    if (first === 0 && last === LAST_PORT) return [{ kind: 'protocol', protocol }];
    if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6) return icmpServices(protocol, first, last);
    if (!hasPorts(protocol)) return [];
    if (first === last) return [{ kind: 'port', protocol, port: first }];
    return [{ kind: 'dynamic', protocol, control: null, observed: { first, last } }];
  });
}

/** A whole type is its defined codes; codes by themselves are what they are. */
function icmpServices(protocol: number, first: number, last: number): Service[] {
  const services: Service[] = [];
  for (let port = first; port <= last; port++) {
    const type = port >> 8;
    const isWhole = first <= type * 256 && last >= type * 256 + 255;
    if (!isWhole || isDefinedIcmp(protocol, port)) services.push({ kind: 'icmp', protocol, type, code: port & 255 });
  }
  return services;
}

/** The last code of those types that have more than 0 (RFC 792, RFC 1812, RFC 4443). */
const LAST_CODES: ReadonlyMap<number, ReadonlyMap<number, number>> = new Map([
  [
    PROTOCOL.icmp,
    new Map([
      [3, 15],
      [5, 3],
      [11, 1],
      [12, 2],
    ]),
  ],
  [
    PROTOCOL.icmp6,
    new Map([
      [1, 7],
      [3, 1],
      [4, 2],
    ]),
  ],
]);

/** Whether the code is one that its type has: a rule that names a type alone is read as all of these. */
export function isDefinedIcmp(protocol: number, port: number): boolean {
  return (port & 255) <= (LAST_CODES.get(protocol)?.get(port >> 8) ?? 0);
}
