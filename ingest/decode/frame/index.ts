import { readIp } from './ip';
import { findIp, NO_IP } from './link';
import type { PacketHeaders } from './packet';
import { findInner } from './tunnel';

export { ETHER_TYPE } from './link';
export { PacketHeaders, PROTOCOL } from './packet';
export { TUNNEL_PORTS } from './tunnel';

/** Tunnels within tunnels that are followed. */
const MOST_TUNNELS = 4;

/**
 * Reads the headers of a packet, or of the innermost one where it is tunnelled: who talks to whom is what the inner
 * packet says, the outer one only names the hypervisors or routers that carry it.
 *
 * @param etherType what the bytes start with: `ETHER_TYPE.ethernet` for a frame
 * @param end where the packet ends, or was cut
 * @returns false when there is no IP packet; `packet` then holds nothing
 */
export function readPacket(
  view: DataView,
  etherType: number,
  from: number,
  end: number,
  packet: PacketHeaders,
): boolean {
  packet.vlan = 0;
  packet.vni = 0;
  let at = findIp(view, etherType, from, end, packet);
  if (at === NO_IP) return false;
  readIp(view, at, end, packet);
  for (let tunnels = 0; tunnels < MOST_TUNNELS; tunnels++) {
    at = findInner(view, packet);
    if (at === NO_IP) break;
    readIp(view, at, packet.end, packet);
  }
  return true;
}
