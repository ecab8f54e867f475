import { ETHER_TYPE, findIp, NO_IP } from './link';
import { PROTOCOL, type PacketHeaders } from './packet';

/** IANA's VXLAN and Geneve ports, and the VXLAN port that Linux, and so flannel and Cilium, had before. */
const PORT = { vxlan: 4789, vxlanOfLinux: 8472, geneve: 6081 } as const;
/** UDP to these may be a tunnel. */
export const TUNNEL_PORTS = [PORT.vxlan, PORT.vxlanOfLinux, PORT.geneve] as const;
const [UDP_BYTES, VXLAN_BYTES, GENEVE_BYTES, GRE_BYTES] = [8, 8, 8, 4];

/**
 * Where the IP header inside a tunnel starts: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784, 2890), NVGRE (RFC
 * 7637) and IP in IP (RFC 2003, 2473, 4213). Sets VLAN and VNI to those of the inner packet.
 *
 * @returns `NO_IP` when the packet is no tunnel's, or does not carry IP as far as the bytes go: then it stays what it was
 */
export function findInner(view: DataView, packet: PacketHeaders): number {
  if (packet.fragmentOffset !== 0) return NO_IP;
  switch (packet.protocol) {
    case PROTOCOL.udp:
      return insideUdp(view, packet);
    case PROTOCOL.gre:
      return insideGre(view, packet);
    case PROTOCOL.ipv4:
    case PROTOCOL.ipv6:
      return findIp(view, ETHER_TYPE.ipv4, packet.transport, packet.end, packet);
    default:
      return NO_IP;
  }
}

function insideUdp(view: DataView, packet: PacketHeaders): number {
  const at = packet.transport + UDP_BYTES;
  switch (packet.dstPort) {
    case PORT.vxlan:
    case PORT.vxlanOfLinux: {
      // Without the I flag there is no VNI, and the datagram is something else's that took the port.
      if (at + VXLAN_BYTES > packet.end || (view.getUint8(at) & 0x08) === 0) return NO_IP;
      return enter(view, ETHER_TYPE.ethernet, at + VXLAN_BYTES, packet, view.getUint32(at + 4) >>> 8);
    }
    case PORT.geneve: {
      if (at + GENEVE_BYTES > packet.end || view.getUint8(at) >>> 6 !== 0) return NO_IP;
      const options = (view.getUint8(at) & 0x3f) * 4;
      const vni = view.getUint32(at + 4) >>> 8;
      return enter(view, view.getUint16(at + 2), at + GENEVE_BYTES + options, packet, vni);
    }
    default:
      return NO_IP;
  }
}

const GRE = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, version: 7 } as const;

function insideGre(view: DataView, packet: PacketHeaders): number {
  const at = packet.transport;
  if (at + GRE_BYTES > packet.end) return NO_IP;
  const flags = view.getUint16(at);
  // PPTP's version 1, and routing, which RFC 2784 took out.
  if ((flags & (GRE.version | GRE.routing)) !== 0) return NO_IP;
  const key = at + GRE_BYTES + ((flags & GRE.checksum) === 0 ? 0 : 4);
  const keyed = (flags & GRE.key) !== 0;
  const inner = key + (keyed ? 4 : 0) + ((flags & GRE.sequence) === 0 ? 0 : 4);
  if (inner > packet.end) return NO_IP;
  const type = view.getUint16(at + 2);
  // Only NVGRE's key is a virtual network: 24 bits, and 8 of flow id.
  const vni = keyed && type === ETHER_TYPE.ethernet ? view.getUint32(key) >>> 8 : packet.vni;
  return enter(view, type, inner, packet, vni);
}

function enter(view: DataView, type: number, at: number, packet: PacketHeaders, vni: number): number {
  const { vlan } = packet;
  const inner = findIp(view, type, at, packet.end, packet);
  if (inner === NO_IP) packet.vlan = vlan;
  else packet.vni = vni;
  return inner;
}
