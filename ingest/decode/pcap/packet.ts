import { uint16 } from '../wire';

/** What a captured packet holds, as far as flow exports go. */
type Packet =
  | { readonly kind: 'datagram'; readonly source: Uint8Array; readonly payload: Uint8Array }
  | { readonly kind: 'fragment'; readonly fragment: Fragment }
  /** Anything that is not UDP over IP. */
  | { readonly kind: 'other' };

export interface Fragment {
  /** Source, destination and identification: what the parts of one datagram share. */
  readonly key: string;
  /** 16 bytes, network order. */
  readonly source: Uint8Array;
  /** Bytes from the start of the IP payload. */
  readonly offset: number;
  readonly more: boolean;
  readonly payload: Uint8Array;
}

const OTHER: Packet = { kind: 'other' };
const UDP = 17;
const UDP_HEADER_BYTES = 8;
/** VLAN tags, and IPv6 extension headers, that are followed. */
const MOST_HEADERS = 8;
const VLAN_TYPES = new Set([0x8100, 0x88a8, 0x9100]);
const [IPV4_TYPE, IPV6_TYPE] = [0x0800, 0x86dd];
/** Hop-by-hop, routing and destination options. */
const EXTENSION_HEADERS = new Set([0, 43, 60]);
const FRAGMENT_HEADER = 44;

/** Bytes before the EtherType, by link type (tcpdump.org/linktypes.html): Ethernet and both Linux cooked captures. */
const TYPE_AT: ReadonlyMap<number, { readonly type: number; readonly network: number }> = new Map([
  [1, { type: 12, network: 14 }],
  [113, { type: 14, network: 16 }],
  [276, { type: 0, network: 20 }],
]);
/** Bytes before the IP header: BSD loopback, and raw IP. */
const NETWORK_AT: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [108, 4],
  [12, 0],
  [14, 0],
  [101, 0],
  [228, 0],
  [229, 0],
]);

export function knownLinkType(linkType: number): boolean {
  return TYPE_AT.has(linkType) || NETWORK_AT.has(linkType);
}

export function readPacket(bytes: Uint8Array, linkType: number): Packet {
  const network = NETWORK_AT.get(linkType) ?? networkAfterLink(bytes, linkType);
  if (network === undefined || network >= bytes.length) return OTHER;
  const ip = bytes.subarray(network);
  switch ((ip[0] ?? 0) >>> 4) {
    case 4:
      return readIpv4(ip);
    case 6:
      return readIpv6(ip);
    default:
      return OTHER;
  }
}

/** The UDP payload of a whole IP payload, undefined when it is too short to be UDP. */
export function udpPayload(segment: Uint8Array): Uint8Array | undefined {
  if (segment.length < UDP_HEADER_BYTES) return undefined;
  const length = uint16(segment, 4);
  return segment.subarray(UDP_HEADER_BYTES, Math.max(UDP_HEADER_BYTES, length));
}

function networkAfterLink(bytes: Uint8Array, linkType: number): number | undefined {
  const link = TYPE_AT.get(linkType);
  if (!link) return undefined;
  let { type: typeAt, network } = link;
  for (let tags = 0; tags < MOST_HEADERS; tags++) {
    const type = uint16(bytes, typeAt);
    if (type === IPV4_TYPE || type === IPV6_TYPE) return network;
    if (!VLAN_TYPES.has(type)) return undefined;
    typeAt = network + 2;
    network += 4;
  }
  return undefined;
}

function readIpv4(ip: Uint8Array): Packet {
  const header = ((ip[0] ?? 0) & 15) * 4;
  if (header < 20 || ip.length < header || ip[9] !== UDP) return OTHER;
  const total = uint16(ip, 2);
  // A sender's segmentation offload leaves 0.
  const payload = ip.subarray(header, total === 0 ? ip.length : Math.max(header, total));
  const source = new Uint8Array(16);
  source.set([0xff, 0xff], 10);
  source.set(ip.subarray(12, 16), 12);
  const flags = uint16(ip, 6);
  const offset = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  if (offset === 0 && !more) return datagram(source, payload);
  const key = `${ip.subarray(12, 20).join('.')} ${uint16(ip, 4)}`;
  return { kind: 'fragment', fragment: { key, source, offset, more, payload } };
}

function readIpv6(ip: Uint8Array): Packet {
  const source = ip.slice(8, 24);
  let next = ip[6] ?? 0;
  let at = 40;
  for (let headers = 0; headers < MOST_HEADERS && at + 8 <= ip.length; headers++) {
    if (next === UDP) return datagram(source, ip.subarray(at));
    if (next === FRAGMENT_HEADER) {
      if (ip[at] !== UDP) return OTHER;
      const offset = uint16(ip, at + 2) & 0xfff8;
      const more = ((ip[at + 3] ?? 0) & 1) !== 0;
      const key = `${ip.subarray(8, 40).join('.')} ${ip.subarray(at + 4, at + 8).join('.')}`;
      return { kind: 'fragment', fragment: { key, source, offset, more, payload: ip.subarray(at + 8) } };
    }
    if (!EXTENSION_HEADERS.has(next)) return OTHER;
    next = ip[at] ?? 0;
    at += ((ip[at + 1] ?? 0) + 1) * 8;
  }
  return OTHER;
}

function datagram(source: Uint8Array, segment: Uint8Array): Packet {
  const payload = udpPayload(segment);
  return payload ? { kind: 'datagram', source, payload } : OTHER;
}
