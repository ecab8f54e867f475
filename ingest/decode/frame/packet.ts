/**
 * What the headers of one packet say; places are offsets into the bytes they were read from. One is made and filled
 * again for packet after packet, so that reading allocates nothing.
 */
export class PacketHeaders {
  /** Where the IP header starts. */
  network = 0;
  v6 = false;
  /** Where the source address is; the destination's 4 or 16 bytes follow it. */
  addresses = 0;
  protocol = 0;
  /** Type of service, or traffic class. */
  tos = 0;
  /** Of the IP packet, its header included; 0 where segmentation offload or a jumbogram leaves it out. */
  bytes = 0;
  /** Where what the packet carries starts, and where it ends or was cut. */
  transport = 0;
  end = 0;
  /** Bytes from the start of the datagram to `transport`; what is not a first fragment has no ports. */
  fragmentOffset = 0;
  moreFragments = false;
  srcPort = 0;
  /** For ICMP `type * 256 + code`. */
  dstPort = 0;
  tcpFlags = 0;
  /** Outermost 802.1Q VLAN id of the innermost Ethernet frame; 0 none. */
  vlan = 0;
  /** Of the innermost tunnel that has one. */
  vni = 0;
}

/** IANA protocol numbers. */
export const PROTOCOL = {
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  icmpv6: 58,
  sctp: 132,
  udpLite: 136,
} as const;
