import { ETHER_TYPE, readPacket, type PacketHeaders } from '../frame';
import { readExtended } from './extended';
import { RECORD } from './record-types';
import type { FlowSample } from './sample';

const RECORD_HEADER_BYTES = 8;

type RecordsOutcome = 'flow' | 'no-addresses' | 'record-length';

/**
 * Reads the records of a sample into both. The packet's own headers count for more than what the agent read in them, and
 * the first of a kind for more than others.
 */
export function readRecords(view: DataView, end: number, sample: FlowSample, packet: PacketHeaders): RecordsOutcome {
  sample.clearRecords();
  let [headers, stated] = [false, false];
  let at = sample.recordsAt;
  for (let left = sample.records >>> 0; left > 0; left--) {
    if (at + RECORD_HEADER_BYTES > end) return 'record-length';
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    const from = at + RECORD_HEADER_BYTES;
    if (length > end - from) return 'record-length';
    at = from + length;
    if (type === RECORD.header) headers ||= readHeader(view, from, at, packet);
    else if (type === RECORD.ipv4 || type === RECORD.ipv6)
      stated ||= !headers && readSampledIp(view, type === RECORD.ipv6, from, at, packet);
    else readExtended(view, type, from, at, sample);
  }
  return headers || stated ? 'flow' : 'no-addresses';
}

function readHeader(view: DataView, from: number, end: number, packet: PacketHeaders): boolean {
  if (from + 16 > end) return false;
  const start = from + 16;
  const cut = Math.min(end, start + view.getUint32(from + 12));
  if (!readPacket(view, etherTypeOf(view.getUint32(from)), start, cut, packet)) return false;
  // Bytes are those of the IP packet, as NetFlow counts them and "sampled_ipv4" has them; `frame_length` has link headers
  // and checksum in it, and stands in, less what was stripped and what is before IP, only where IP does not say.
  if (packet.bytes === 0)
    packet.bytes = Math.max(0, view.getInt32(from + 4) - view.getInt32(from + 8) - (packet.network - start));
  return true;
}

/** Of a sampled header's protocol; those without IP, and wireless frames, have none. */
function etherTypeOf(headerProtocol: number): number {
  switch (headerProtocol) {
    case 1:
      return ETHER_TYPE.ethernet;
    // PPP, and the same over SONET.
    case 7:
    case 14:
      return ETHER_TYPE.ppp;
    case 11:
      return ETHER_TYPE.ipv4;
    case 12:
      return ETHER_TYPE.ipv6;
    case 13:
      return ETHER_TYPE.mpls;
    default:
      return 0xffff;
  }
}

/** "sampled_ipv4" and "sampled_ipv6": length, protocol, addresses, ports, TCP flags, type of service. */
function readSampledIp(view: DataView, v6: boolean, from: number, end: number, packet: PacketHeaders): boolean {
  const ports = from + 8 + (v6 ? 32 : 8);
  if (ports + 16 > end) return false;
  packet.v6 = v6;
  packet.addresses = from + 8;
  packet.bytes = view.getInt32(from);
  packet.protocol = view.getUint8(from + 7);
  packet.srcPort = view.getUint16(ports + 2);
  packet.dstPort = view.getUint16(ports + 6);
  packet.tcpFlags = view.getUint8(ports + 11);
  packet.tos = view.getUint8(ports + 15);
  packet.vlan = 0;
  packet.vni = 0;
  return true;
}
