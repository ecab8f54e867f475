import { ETHER_TYPE, PROTOCOL, TUNNEL_PORTS } from '../frame';
import {
  block,
  branch,
  branchIf,
  i32,
  local,
  loop,
  select,
  when,
  type Code,
  type Local,
  type Locals,
} from '../template/assembler';
import { MOST_VLAN, RECORD } from './record-types';
import { anyOf, Reads } from './usual-code';
import type { SampleCode } from './usual-sample';

/** The sampled packet, in locals. */
export interface PacketCode {
  /** Goes over the records. Stands directly in the loop over samples, and leaves it at what is not usual. */
  readonly code: Code;
  /** Where the addresses are: 4 bytes each, or 16 where `v6` is 1. */
  readonly addresses: Local;
  readonly v6: Local;
  readonly srcPort: Local;
  readonly dstPort: Local;
  readonly protocol: Local;
  readonly bytes: Local;
  readonly tcpFlags: Local;
  readonly tos: Local;
  readonly vlan: Code;
}

const RECORD_HEADER_BYTES = 8;
/** Header protocol, frame length, stripped, and the bytes that follow. */
const HEADER_RECORD_BYTES = 16;
const ETHERNET_PROTOCOL = 1;
/** Ethernet with a tag and IPv4; a shorter piece is not usual. */
const LEAST_FRAME = 38;
/** As far as the TCP flags; no usual UDP datagram is shorter. */
const LEAST_TRANSPORT = 14;

export function emitRecords(locals: Locals, { next, count, record }: SampleCode): PacketCode {
  const reads = new Reads(locals);
  const [size, start, end, ip, transport] = [locals.i32(), locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const [addresses, v6, srcPort, dstPort] = [locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const [protocol, bytes, tcpFlags, tos] = [locals.i32(), locals.i32(), locals.i32(), locals.i32()];
  const [vlan, switchVlan, known] = [locals.i32(), locals.i32(), locals.i32()];
  const get = local.get;
  const set = local.set;
  const plus = (base: Local, offset: number): Code => i32.add(get(base), i32.const(offset));
  const beyond = (place: Code, limit: Local): Code => i32.gtU(place, get(limit));
  const isProtocol = (number: number): Code => i32.eq(get(protocol), i32.const(number));

  // `unusual` leaves the loop over samples, which is so many levels out.
  const ipv4 = (unusual: number): Code => [
    branchIf(unusual, i32.ne(i32.load8(get(ip)), i32.const(0x45))),
    // A fragment: more to come, or not the first.
    branchIf(unusual, i32.and(reads.uint16(ip, 6), i32.const(0x3fff))),
    set(v6, i32.const(0)),
    set(addresses, plus(ip, 12)),
    set(protocol, i32.load8(get(ip), 9)),
    set(tos, i32.load8(get(ip), 1)),
    set(bytes, reads.uint16(ip, 2)),
    set(transport, plus(ip, 20)),
  ];
  const ipv6 = (unusual: number): Code => [
    branchIf(unusual, beyond(plus(ip, 40), end)),
    branchIf(unusual, i32.ne(i32.shrU(i32.load8(get(ip)), i32.const(4)), i32.const(6))),
    branchIf(unusual, i32.eqz(i32.load16(get(ip), 4))),
    set(v6, i32.const(1)),
    set(addresses, plus(ip, 8)),
    set(protocol, i32.load8(get(ip), 6)),
    set(tos, i32.and(i32.shrU(reads.uint16(ip, 0), i32.const(4)), i32.const(0xff))),
    set(bytes, i32.add(reads.uint16(ip, 4), i32.const(40))),
    set(transport, plus(ip, 40)),
  ];
  const ports = (unusual: number): Code => [
    branchIf(unusual, i32.eqz(i32.or(isProtocol(PROTOCOL.tcp), isProtocol(PROTOCOL.udp)))),
    branchIf(unusual, beyond(plus(transport, LEAST_TRANSPORT), end)),
    branchIf(unusual, i32.ltU(get(bytes), i32.sub(plus(transport, LEAST_TRANSPORT), get(ip)))),
    set(srcPort, reads.uint16(transport, 0)),
    set(dstPort, reads.uint16(transport, 2)),
    set(tcpFlags, i32.mul(i32.load8(get(transport), 13), isProtocol(PROTOCOL.tcp))),
    branchIf(
      unusual,
      i32.and(isProtocol(PROTOCOL.udp), anyOf(...TUNNEL_PORTS.map((port) => i32.eq(get(dstPort), i32.const(port))))),
    ),
  ];
  const header = (unusual: number): Code => [
    branchIf(unusual, i32.ltU(get(size), i32.const(HEADER_RECORD_BYTES + LEAST_FRAME))),
    branchIf(unusual, i32.eqz(reads.is32(record, RECORD_HEADER_BYTES, ETHERNET_PROTOCOL))),
    branchIf(unusual, get(addresses)),
    set(start, plus(record, RECORD_HEADER_BYTES + HEADER_RECORD_BYTES)),
    set(end, reads.uint32(record, RECORD_HEADER_BYTES + HEADER_RECORD_BYTES - 4)),
    branchIf(unusual, i32.gtU(get(end), plus(size, -HEADER_RECORD_BYTES))),
    branchIf(unusual, i32.ltU(get(end), i32.const(LEAST_FRAME))),
    set(end, i32.add(get(start), get(end))),
    when(
      reads.is16(start, 12, ETHER_TYPE.vlan),
      set(vlan, i32.and(reads.uint16(start, 14), i32.const(0xfff))),
      set(start, plus(start, 4)),
    ),
    set(ip, plus(start, 14)),
    when(reads.is16(start, 12, ETHER_TYPE.ipv4), ipv4(unusual + 1)),
    when(reads.is16(start, 12, ETHER_TYPE.ipv6), ipv6(unusual + 1)),
    branchIf(unusual, i32.eqz(get(addresses))),
    ports(unusual),
  ];
  const frameSwitch = [
    // Source, and else destination VLAN; all ones are not known.
    set(switchVlan, reads.uint32(record, RECORD_HEADER_BYTES)),
    when(
      i32.gtU(plus(switchVlan, -1), i32.const(MOST_VLAN - 1)),
      set(switchVlan, reads.uint32(record, RECORD_HEADER_BYTES + 8)),
    ),
    set(switchVlan, select(i32.gtU(get(switchVlan), i32.const(MOST_VLAN)), i32.const(0), get(switchVlan))),
  ];
  const isRecord = (type: number): Code => reads.is32(record, 0, type);
  const records = loop(
    branchIf(1, i32.eqz(get(count))),
    branchIf(3, beyond(plus(record, RECORD_HEADER_BYTES), next)),
    set(size, reads.uint32(record, 4)),
    branchIf(3, i32.gtU(get(size), i32.sub(get(next), plus(record, RECORD_HEADER_BYTES)))),
    set(known, anyOf(isRecord(RECORD.router), isRecord(RECORD.gateway))),
    when(isRecord(RECORD.header), header(4), set(known, i32.const(1))),
    when(
      isRecord(RECORD.switch),
      branchIf(4, i32.ltU(get(size), i32.const(16))),
      frameSwitch,
      set(known, i32.const(1)),
    ),
    branchIf(3, i32.eqz(get(known))),
    set(record, i32.add(plus(record, RECORD_HEADER_BYTES), get(size))),
    set(count, plus(count, -1)),
    branch(0),
  );
  const code = [
    [addresses, vlan, switchVlan].map((fresh) => set(fresh, i32.const(0))),
    block(records),
    branchIf(1, i32.eqz(get(addresses))),
  ];
  return {
    code,
    addresses,
    v6,
    srcPort,
    dstPort,
    protocol,
    bytes,
    tcpFlags,
    tos,
    vlan: select(get(vlan), get(vlan), get(switchVlan)),
  };
}
