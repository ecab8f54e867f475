import { i32, i64, local, select, type Code, type Local } from '../template/assembler';
import { HEAD_BYTES } from './head';
import { AT } from './memory';
import type { PacketCode } from './usual-packet';
import type { SampleCode } from './usual-sample';

/** The bytes 00 00 ff ff, as a little-endian word. */
const V4_MAPPED = 0xffff_0000;

/** Writes a row of the layout `PLAIN` at the local `to`, and moves it on. */
export function emitRow(sample: SampleCode, packet: PacketCode, to: Local): Code {
  const row = local.get(to);
  const stores: Code[] = [];
  let at = 0;
  const put = (store: typeof i32.store, bytes: number, value: Code): void => {
    stores.push(store(row, at, value));
    at += bytes;
  };
  const put8 = (value: Code): void => put(i32.store8, 1, value);
  const put16 = (value: Code): void => put(i32.store16, 2, value);
  const put32 = (value: Code): void => put(i32.store, 4, value);
  const put64 = (value: Code): void => put(i64.store, 8, value);

  const head = i32.const(AT.head);
  for (const offset of [0, 8, 16, 24, 32, 40]) put64(i64.load(head, offset));
  put16(i32.load16(head, HEAD_BYTES - 2));
  const from = local.get(packet.addresses);
  for (const index of [0, 1]) {
    const v4 = i64.extendU(i32.load(from, 4 * index));
    const mapped = i64.or(i64.shl(v4, i64.const(32n)), i64.const(BigInt(V4_MAPPED)));
    put64(select(local.get(packet.v6), i64.load(from, 16 * index), i64.const(0n)));
    put64(select(local.get(packet.v6), i64.load(from, 16 * index + 8), mapped));
  }
  put16(local.get(packet.srcPort));
  put16(local.get(packet.dstPort));
  put8(local.get(packet.protocol));
  put64(i64.const(1n));
  put64(i64.extendU(local.get(packet.bytes)));
  put8(local.get(packet.tcpFlags));
  put32(local.get(sample.samplingRate));
  put8(i32.const(0));
  put32(local.get(sample.input));
  put32(local.get(sample.output));
  put8(sample.observed);
  put16(packet.vlan);
  put32(i32.const(0));
  put8(local.get(packet.tos));
  stores.push(local.set(to, i32.add(row, i32.const(at))));
  return stores;
}
