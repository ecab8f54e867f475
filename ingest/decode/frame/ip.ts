import { PROTOCOL, type PacketHeaders } from './packet';

/** IPv6 extension headers that are followed (RFC 8200 section 4.1 has each at most once or twice). */
const MOST_EXTENSIONS = 8;
const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  destination: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
} as const;

/** Reads the IP header at a place that `findIp` gave, and the transport header behind it. */
export function readIp(view: DataView, at: number, end: number, packet: PacketHeaders): void {
  packet.network = at;
  packet.v6 = view.getUint8(at) >>> 4 === 6;
  if (packet.v6) readIpv6(view, at, end, packet);
  else readIpv4(view, at, end, packet);
  readTransport(view, packet);
}

function readIpv4(view: DataView, at: number, end: number, packet: PacketHeaders): void {
  const bytes = view.getUint16(at + 2);
  const fragment = view.getUint16(at + 6);
  packet.addresses = at + 12;
  packet.protocol = view.getUint8(at + 9);
  packet.tos = view.getUint8(at + 1);
  packet.bytes = bytes;
  packet.transport = at + (view.getUint8(at) & 15) * 4;
  packet.end = bytes === 0 ? end : Math.min(end, at + bytes);
  packet.fragmentOffset = (fragment & 0x1fff) * 8;
  packet.moreFragments = (fragment & 0x2000) !== 0;
}

function readIpv6(view: DataView, at: number, end: number, packet: PacketHeaders): void {
  const payload = view.getUint16(at + 4);
  packet.addresses = at + 8;
  packet.tos = (view.getUint16(at) >>> 4) & 0xff;
  packet.bytes = payload === 0 ? 0 : payload + 40;
  packet.end = payload === 0 ? end : Math.min(end, at + 40 + payload);
  packet.fragmentOffset = 0;
  packet.moreFragments = false;
  let next = view.getUint8(at + 6);
  let place = at + 40;
  for (let headers = 0; headers < MOST_EXTENSIONS && isExtension(next) && place + 8 <= packet.end; headers++) {
    const after = view.getUint8(place);
    if (next === EXTENSION.fragment) {
      packet.fragmentOffset = view.getUint16(place + 2) & 0xfff8;
      packet.moreFragments = (view.getUint8(place + 3) & 1) === 1;
      place += 8;
      next = after;
      break;
    }
    place += (view.getUint8(place + 1) + 1) * 8;
    next = after;
  }
  packet.protocol = next;
  packet.transport = place;
}

function isExtension(next: number): boolean {
  switch (next) {
    case EXTENSION.hopByHop:
    case EXTENSION.routing:
    case EXTENSION.fragment:
    case EXTENSION.destination:
    case EXTENSION.mobility:
    case EXTENSION.hip:
    case EXTENSION.shim6:
      return true;
    default:
      return false;
  }
}

/** As far as the bytes go: a header cut before its ports has none. */
function readTransport(view: DataView, packet: PacketHeaders): void {
  const { transport, end } = packet;
  packet.srcPort = 0;
  packet.dstPort = 0;
  packet.tcpFlags = 0;
  if (packet.fragmentOffset !== 0) return;
  switch (packet.protocol) {
    case PROTOCOL.tcp:
    case PROTOCOL.udp:
    case PROTOCOL.sctp:
    case PROTOCOL.dccp:
    case PROTOCOL.udpLite:
      if (transport + 4 > end) return;
      packet.srcPort = view.getUint16(transport);
      packet.dstPort = view.getUint16(transport + 2);
      if (packet.protocol === PROTOCOL.tcp && transport + 14 <= end) packet.tcpFlags = view.getUint8(transport + 13);
      return;
    case PROTOCOL.icmp:
    case PROTOCOL.icmpv6:
      if (transport + 2 <= end) packet.dstPort = view.getUint16(transport);
      return;
    default:
  }
}
