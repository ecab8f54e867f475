import { ETHER_TYPE, PacketHeaders, PROTOCOL, readPacket } from '../frame';
import { uint16 } from '../wire';

/** What a captured packet holds, as far as flow exports go. */
type Packet =
  | { readonly kind: 'datagram'; readonly source: Uint8Array; readonly payload: Uint8Array }
  | { readonly kind: 'fragment'; readonly fragment: Fragment }
  | { readonly kind: 'segment'; readonly segment: Segment }
  /** Anything that is not UDP or TCP over IP. */
  | { readonly kind: 'other' };

/** A part of a UDP datagram. */
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

/** What one TCP segment carries. */
export interface Segment {
  /** Addresses and ports: one direction of a connection. */
  readonly key: string;
  /** 16 bytes, network order. */
  readonly source: Uint8Array;
  readonly sequence: number;
  readonly opens: boolean;
  readonly closes: boolean;
  readonly payload: Uint8Array;
}

const OTHER: Packet = { kind: 'other' };
const UDP_HEADER_BYTES = 8;
const TCP_HEADER_BYTES = 20;
const [FIN, SYN, RST] = [1, 2, 4];

/** Where an EtherType is and what it describes starts, by link type (tcpdump.org/linktypes.html): Linux cooked captures. */
const TYPED: ReadonlyMap<number, { readonly type: number; readonly at: number }> = new Map([
  [113, { type: 14, at: 16 }],
  [276, { type: 0, at: 20 }],
]);
/** The same of link types that hold one thing only: Ethernet, PPP, BSD loopback, raw IP. */
const FIXED: ReadonlyMap<number, { readonly type: number; readonly at: number }> = new Map([
  [1, { type: ETHER_TYPE.ethernet, at: 0 }],
  [9, { type: ETHER_TYPE.ppp, at: 0 }],
  [0, { type: ETHER_TYPE.ipv4, at: 4 }],
  [108, { type: ETHER_TYPE.ipv4, at: 4 }],
  ...[12, 14, 101, 228, 229].map((linkType) => [linkType, { type: ETHER_TYPE.ipv4, at: 0 }] as const),
]);

export function knownLinkType(linkType: number): boolean {
  return TYPED.has(linkType) || FIXED.has(linkType);
}

export function parsePacket(bytes: Uint8Array, linkType: number): Packet {
  const typed = TYPED.get(linkType);
  const start = typed ? { type: uint16(bytes, typed.type), at: typed.at } : FIXED.get(linkType);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packet = new PacketHeaders();
  if (!start || !readPacket(view, start.type, start.at, bytes.length, packet)) return OTHER;
  const carried = bytes.subarray(packet.transport, packet.end);
  const source = sourceOf(bytes, packet);
  if (packet.fragmentOffset > 0 || packet.moreFragments) {
    if (packet.protocol !== PROTOCOL.udp) return OTHER;
    const { fragmentOffset: offset, moreFragments: more } = packet;
    return { kind: 'fragment', fragment: { key: fragmentKey(bytes, packet), source, offset, more, payload: carried } };
  }
  switch (packet.protocol) {
    case PROTOCOL.udp: {
      const payload = udpPayload(carried);
      return payload ? { kind: 'datagram', source, payload } : OTHER;
    }
    case PROTOCOL.tcp:
      return readSegment(bytes, packet, source, carried);
    default:
      return OTHER;
  }
}

/** The UDP payload of a whole IP payload, undefined when it is too short to be UDP. */
export function udpPayload(carried: Uint8Array): Uint8Array | undefined {
  if (carried.length < UDP_HEADER_BYTES) return undefined;
  const length = uint16(carried, 4);
  return carried.subarray(UDP_HEADER_BYTES, Math.max(UDP_HEADER_BYTES, length));
}

function sourceOf(bytes: Uint8Array, { v6, addresses }: PacketHeaders): Uint8Array {
  if (v6) return bytes.slice(addresses, addresses + 16);
  const source = new Uint8Array(16);
  source.set([0xff, 0xff], 10);
  source.set(bytes.subarray(addresses, addresses + 4), 12);
  return source;
}

/** RFC 791 section 3.2; of IPv6 the identification ends the fragment header (RFC 8200 section 4.5). */
function fragmentKey(bytes: Uint8Array, { v6, addresses, network, transport }: PacketHeaders): string {
  const identification = v6 ? bytes.subarray(transport - 4, transport) : bytes.subarray(network + 4, network + 6);
  return `${bytes.subarray(addresses, addresses + (v6 ? 32 : 8)).join('.')} ${identification.join('.')}`;
}

function readSegment(bytes: Uint8Array, packet: PacketHeaders, source: Uint8Array, carried: Uint8Array): Packet {
  const header = ((carried[12] ?? 0) >>> 4) * 4;
  if (header < TCP_HEADER_BYTES || carried.length < header) return OTHER;
  const { v6, addresses, srcPort, dstPort, tcpFlags } = packet;
  const key = `${bytes.subarray(addresses, addresses + (v6 ? 32 : 8)).join('.')} ${srcPort} ${dstPort}`;
  const sequence = (uint16(carried, 4) << 16) | uint16(carried, 6);
  const [opens, closes] = [(tcpFlags & SYN) !== 0, (tcpFlags & (FIN | RST)) !== 0];
  return { kind: 'segment', segment: { key, source, sequence, opens, closes, payload: carried.subarray(header) } };
}
