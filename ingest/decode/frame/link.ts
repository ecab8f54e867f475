import type { PacketHeaders } from './packet';

/** IEEE EtherTypes, as they follow link layer headers, GRE and Geneve. */
export const ETHER_TYPE = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  /** An Ethernet frame. */
  ethernet: 0x6558,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  /** What came before 802.1ad. */
  oldServiceVlan: 0x9100,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  pppoeSession: 0x8864,
  ppp: 0x880b,
} as const;

/** No IP header was found. */
export const NO_IP = -1;

/** Headers before IP that are followed: tags, label stacks, pseudowires. Real frames have three or four. */
const MOST_LAYERS = 8;
const MOST_LABELS = 16;
const [ETHERNET_BYTES, VLAN_BYTES, LABEL_BYTES, PPPOE_BYTES, SNAP_BYTES] = [14, 4, 4, 6, 8];
/** RFC 4385 section 3. */
const CONTROL_WORD_BYTES = 4;
/** What is smaller is a length (IEEE 802.3 clause 3.2.6), and LLC follows. */
const LEAST_ETHER_TYPE = 0x600;
const SNAP = 0xaaaa;

/**
 * Walks from a header of the given EtherType to the IP header behind it: through Ethernet, VLAN tags, LLC/SNAP, PPPoE,
 * PPP and MPLS. Sets the VLAN.
 *
 * @returns where the IP header starts (its fixed part is there), or `NO_IP`
 */
export function findIp(view: DataView, etherType: number, from: number, end: number, packet: PacketHeaders): number {
  let type = etherType;
  let at = from;
  for (let layers = 0; layers < MOST_LAYERS; layers++) {
    switch (type) {
      case ETHER_TYPE.ipv4:
      case ETHER_TYPE.ipv6:
        return ipAt(view, at, end);
      case ETHER_TYPE.ethernet:
        if (at + ETHERNET_BYTES > end) return NO_IP;
        packet.vlan = 0;
        type = view.getUint16(at + 12);
        at += ETHERNET_BYTES;
        break;
      case ETHER_TYPE.vlan:
      case ETHER_TYPE.serviceVlan:
      case ETHER_TYPE.oldServiceVlan:
        if (at + VLAN_BYTES > end) return NO_IP;
        // The outermost counts; an id of 0 is a priority only.
        if (packet.vlan === 0) packet.vlan = view.getUint16(at) & 0xfff;
        type = view.getUint16(at + 2);
        at += VLAN_BYTES;
        break;
      case ETHER_TYPE.mpls:
      case ETHER_TYPE.mplsUpstream:
        at = skipLabels(view, at, end);
        type = typeBehindLabels(view, at, end);
        if (type === ETHER_TYPE.ethernet) at += CONTROL_WORD_BYTES;
        break;
      case ETHER_TYPE.pppoeSession:
        type = ETHER_TYPE.ppp;
        at += PPPOE_BYTES;
        break;
      case ETHER_TYPE.ppp:
        // Address and control (RFC 1662 section 3.1), which most links leave out.
        if (at + 2 <= end && view.getUint16(at) === 0xff03) at += 2;
        if (at + 2 > end) return NO_IP;
        type = typeOfPpp(view.getUint16(at));
        at += 2;
        break;
      default:
        if (type >= LEAST_ETHER_TYPE || at + SNAP_BYTES > end || view.getUint16(at) !== SNAP) return NO_IP;
        type = view.getUint16(at + 6);
        at += SNAP_BYTES;
    }
  }
  return NO_IP;
}

/** Where the fixed part of an IP header of either version is, its version says so too. */
function ipAt(view: DataView, at: number, end: number): number {
  if (at + 20 > end) return NO_IP;
  const first = view.getUint8(at);
  if (first >>> 4 === 4) return (first & 15) >= 5 ? at : NO_IP;
  return first >>> 4 === 6 && at + 40 <= end ? at : NO_IP;
}

function skipLabels(view: DataView, from: number, end: number): number {
  let at = from;
  for (let labels = 0; labels < MOST_LABELS && at + LABEL_BYTES <= end; labels++) {
    const bottom = (view.getUint8(at + 2) & 1) === 1;
    at += LABEL_BYTES;
    if (bottom) return at;
  }
  return end;
}

/** Labels do not say what follows. By its first four bits it is IP, or a pseudowire's control word (RFC 4928 section 3). */
function typeBehindLabels(view: DataView, at: number, end: number): number {
  switch (at < end ? view.getUint8(at) >>> 4 : NO_IP) {
    case 4:
      return ETHER_TYPE.ipv4;
    case 6:
      return ETHER_TYPE.ipv6;
    case 0:
      return ETHER_TYPE.ethernet;
    default:
      return NO_IP;
  }
}

/** IANA PPP DLL protocol numbers. */
function typeOfPpp(protocol: number): number {
  switch (protocol) {
    case 0x0021:
      return ETHER_TYPE.ipv4;
    case 0x0057:
      return ETHER_TYPE.ipv6;
    case 0x0281:
      return ETHER_TYPE.mpls;
    default:
      return NO_IP;
  }
}
