import { ETHER_TYPE, PacketHeaders, readPacket } from '../frame';
import { elementOf } from '../ipfix/elements';
import { hasEndpoints } from './addresses';
import { call, i32, local, select, type Code } from './assembler';
import { addressOf, sizeOf, type Field, type Fields, type Frame } from './frame';
import { importIndex } from './imports';
import { PACKET } from './memory';
import { readUint32 } from './read';

/** Where the headers of a sampled packet are put, in network order. */
const PLACE = {
  src: 0,
  dst: 16,
  srcPort: 32,
  dstPort: 34,
  protocol: 36,
  tcpFlags: 37,
  tos: 38,
  packets: 39,
  vlan: 40,
  vni: 42,
  bytes: 46,
} as const;

/** They are read like the fields of a flow record: enterprise, element, place and bytes. */
const PACKET_FIELDS = [
  [0, 27, PLACE.src, 16],
  [0, 28, PLACE.dst, 16],
  [0, 7, PLACE.srcPort, 2],
  [0, 11, PLACE.dstPort, 2],
  [0, 4, PLACE.protocol, 1],
  [0, 6, PLACE.tcpFlags, 1],
  [0, 5, PLACE.tos, 1],
  [0, 2, PLACE.packets, 1],
  [0, 58, PLACE.vlan, 2],
  [6876, 892, PLACE.vni, 4],
  [0, 1, PLACE.bytes, 4],
] as const;
const V4_MAPPED = 0xffff;

/**
 * Reads the packet of `size` bytes at `from` into `to`.
 *
 * @param etherType what it starts with, as `readPacket` takes it
 * @param frameSize how long the packet was on the wire, 0 where the record does not say
 * @returns 0 when it is not IP; else 1
 */
type PacketReader = (from: number, size: number, etherType: number, frameSize: number, to: number) => number;

/** What compiled templates call for records that hold a packet, over the memory they work in. */
export function packetReader(memory: WebAssembly.Memory): PacketReader {
  const view = new DataView(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const packet = new PacketHeaders();
  const putAddress = (from: number, to: number): void => {
    if (packet.v6) {
      bytes.copyWithin(to, from, from + 16);
    } else {
      bytes.fill(0, to, to + 10);
      view.setUint16(to + 10, V4_MAPPED);
      bytes.copyWithin(to + 12, from, from + 4);
    }
  };
  return (from, size, etherType, frameSize, to) => {
    if (!readPacket(view, etherType, from, from + size, packet)) return 0;
    putAddress(packet.addresses, to + PLACE.src);
    putAddress(packet.addresses + (packet.v6 ? 16 : 4), to + PLACE.dst);
    view.setUint16(to + PLACE.srcPort, packet.srcPort);
    view.setUint16(to + PLACE.dstPort, packet.dstPort);
    view.setUint8(to + PLACE.protocol, packet.protocol);
    view.setUint8(to + PLACE.tcpFlags, packet.tcpFlags);
    view.setUint8(to + PLACE.tos, packet.tos);
    view.setUint8(to + PLACE.packets, 1);
    view.setUint16(to + PLACE.vlan, packet.vlan);
    view.setUint32(to + PLACE.vni, packet.vni);
    const seen = packet.bytes === 0 ? size : packet.network - from + packet.bytes;
    view.setUint32(to + PLACE.bytes, frameSize || seen);
    return 1;
  };
}

interface PacketCode {
  /** 1 where the record holds an IP packet. */
  readonly read: Code;
  readonly fields: readonly Field[];
}

/** IANA dataLinkFrameType: what it is where nobody says, and what we read. */
const ETHERNET = 1;
/** No EtherType, so nothing is found behind it. */
const UNREADABLE = 0xffff;

/** The packet of records that hold one instead of addresses (PSAMP, RFC 5477 section 8.5; RFC 7133); undefined for others. */
export function emitPacket(frame: Frame, fields: Fields): PacketCode | undefined {
  const section = fields.first('packet');
  if (!section || hasEndpoints(fields)) return undefined;
  const base = frame.locals.i32();
  const read = call(
    importIndex('readPacket'),
    addressOf(section),
    sectionSize(frame, section, fields),
    etherType(frame, section, fields),
    stated(frame, fields.first('packet_size')),
    local.tee(base, i32.const(PACKET)),
  );
  const found = PACKET_FIELDS.flatMap(([enterprise, id, offset, length]) => {
    const element = elementOf(enterprise, id);
    // What the record counts itself is not of this one packet.
    const counts = element?.fills === 'packets' || element?.fills === 'bytes';
    return !element || (counts && fields.has(element.fills)) ? [] : [{ element, length, offset, base }];
  });
  return { read, fields: found };
}

/** A section of a fixed length is padded; how much of it is the packet's may be said beside it. */
function sectionSize(frame: Frame, section: Field, fields: Fields): Code {
  const octets = fields.first('section_size');
  if (!octets) return sizeOf(section);
  const said = frame.locals.i32();
  const isWithin = i32.ltU(i32.sub(local.get(said), i32.const(1)), sizeOf(section));
  return [local.set(said, readUint32(frame, octets)), select(isWithin, local.get(said), sizeOf(section))];
}

function etherType(frame: Frame, section: Field, fields: Fields): Code {
  if (section.element.as === 'packet') return i32.const(ETHER_TYPE.ipv4);
  const isPart = stated(frame, fields.first('section_offset'));
  const isOther = i32.gtU(stated(frame, fields.first('packet_link')), i32.const(ETHERNET));
  return select(i32.or(isPart, isOther), i32.const(UNREADABLE), i32.const(ETHER_TYPE.ethernet));
}

function stated(frame: Frame, field: Field | undefined): Code {
  return field ? readUint32(frame, field) : i32.const(0);
}
