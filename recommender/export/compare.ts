import { formatAddress, isV4 } from '../../ingest/kernel/ip';
import { hasPorts, PROTOCOL, protocolName } from '../../ingest/kernel/port';
import { classify, type AddressClass } from '../model/address-classes';
import { EVERY_V4_ADDRESS } from '../model/address-set';
import {
  getsThrough,
  PASS,
  type Packet,
  type PacketFilter,
  type ServiceFilter,
  type Verdict,
} from '../model/packet-filter';
import { LAST_PORT, type ServiceRange } from '../model/service-range';
import type { EnforcementPoint } from './backend';

/** A packet that the policy lets through and an enforcement point does not, or the other way round. */
export interface Difference {
  /** It stands for all packets of its class. */
  readonly packet: Packet;
  readonly policy: Verdict;
  readonly enforced: Verdict;
  /** Name of the enforcement point; null where no point sees the packet. */
  readonly point: string | null;
}

/** How much of the packet space was decided, one packet for each class. */
export interface Effort {
  addressClasses: number;
  packets: number;
}

/**
 * Exact comparison: the address space is cut at the edges of all address sets involved, ports at the edges of all
 * service ranges, and one packet of every combination is put to the policy and to each point that sees it. No
 * difference means that they let the same packets through: between two different addresses, of one family, ICMP
 * within its own.
 *
 * @param effort counts what was compared
 */
export function* compare(
  policy: PacketFilter,
  points: readonly EnforcementPoint[],
  effort?: Effort,
): Generator<Difference> {
  const { classes } = classify([
    EVERY_V4_ADDRESS,
    ...[policy, ...points.map(({ filter }) => filter)].flatMap(({ addressSets }) => addressSets),
  ]);
  if (effort) effort.addressClasses = classes.length;
  for (const [src, dst] of pairsOf(classes)) {
    const wanted = policy.between(src, dst);
    const seeing = points
      .filter((point) => point.sees(src, dst))
      .map(({ name, filter }) => ({ name, services: filter.between(src, dst) }));
    for (const { protocol, port } of representatives([wanted, ...seeing.map(({ services }) => services)], isV4(src))) {
      if (effort) effort.packets++;
      const verdict = wanted.decide(protocol, port);
      const verdicts = seeing.map(({ name, services }) => ({ point: name, enforced: services.decide(protocol, port) }));
      for (const { point, enforced } of verdicts.length > 0 ? verdicts : [UNSEEN]) {
        if (getsThrough(verdict) !== getsThrough(enforced))
          yield { packet: { src, dst, protocol, port }, policy: verdict, enforced, point };
      }
    }
  }
}

const UNSEEN = { point: null, enforced: PASS } as const;

/** Two different addresses for every pair of classes in one family, both directions. */
function* pairsOf(classes: readonly AddressClass[]): Generator<readonly [bigint, bigint]> {
  for (const family of [true, false]) {
    const members = classes.filter(({ first }) => isV4(first) === family);
    for (const source of members) {
      for (const destination of members) {
        if (source.first !== destination.last) yield [source.first, destination.last];
      }
    }
  }
}

interface Channel {
  readonly protocol: number;
  readonly port: number;
}

/** A packet of each kind that these services can tell apart. */
export function representatives(services: readonly ServiceFilter[], v4: boolean): Channel[] {
  const byProtocol = new Map<number, ServiceRange[]>();
  for (const range of services.flatMap(({ ranges }) => ranges)) {
    const known = byProtocol.get(range.protocol);
    if (known) known.push(range);
    else byProtocol.set(range.protocol, [range]);
  }
  const foreign = v4 ? PROTOCOL.icmp6 : PROTOCOL.icmp;
  const channels: Channel[] = [{ protocol: unmentioned(byProtocol), port: 0 }];
  for (const [protocol, ranges] of byProtocol) {
    if (protocol === foreign) continue;
    const starts = new Set([0, ...ranges.flatMap(({ first, last }) => [first, last + 1])]);
    for (const port of starts) if (port <= LAST_PORT) channels.push({ protocol, port });
  }
  return channels;
}

/** A protocol neither side mentions; downwards from those set aside for experiments (RFC 3692). */
function unmentioned(mentioned: ReadonlyMap<number, unknown>): number {
  let protocol = 254;
  while (mentioned.has(protocol) && protocol > 0) protocol--;
  return protocol;
}

/** `tcp 10.0.0.1 → 10.0.0.2 port 8443`. */
export function describePacket({ src, dst, protocol, port }: Packet): string {
  const isIcmp = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;
  const detail = isIcmp ? ` type ${port >> 8} code ${port & 255}` : hasPorts(protocol) ? ` port ${port}` : '';
  return `${protocolName(protocol)} ${formatAddress(src)} → ${formatAddress(dst)}${detail}`;
}
