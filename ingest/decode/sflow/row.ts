import { ADDRESS_BYTES } from '../../kernel/ip';
import { flowLayout } from '../../model/flow';
import type { RowBatch, RowBatches } from '../../model/rows';
import type { PacketHeaders } from '../frame';
import { HEAD_BYTES } from './head';
import type { FlowSample, Piece } from './sample';

/**
 * What a packet's headers and the sample around them say: nearly all rows. The ends of a tunnel are in no column:
 * `via_src` and `via_dst` are the same two parties under other addresses, and hypervisors are not.
 */
const PLAIN = flowLayout([
  'received',
  'exporter',
  'domain',
  'format',
  'start',
  'end',
  'src',
  'dst',
  'src_port',
  'dst_port',
  'protocol',
  'packets',
  'bytes',
  'tcp_flags',
  'sampling_rate',
  'verdict',
  'input_interface',
  'output_interface',
  'observed',
  'vlan',
  'vni',
  'tos',
]);
/** With translation, access list, host and user. */
const EXTENDED = flowLayout([
  ...PLAIN,
  'rule_id',
  'post_src',
  'post_dst',
  'post_src_port',
  'post_dst_port',
  'fqdn',
  'user',
]);

/** Longest text taken. */
const MOST_TEXT = 255;
const PLAIN_ROOM = 128;
const EXTENDED_ROOM = PLAIN_ROOM + 2 * ADDRESS_BYTES + 4 + 3 * (MOST_TEXT + 2);
/** The bytes 00 00 ff ff, as a little-endian word. */
const V4_MAPPED = 0xffff_0000 | 0;

/** Writes samples as rows: RowBinary, in table order. 32 bits at a time, because 64 would make a BigInt each. */
export class SampleRows {
  private batches: RowBatches | undefined;
  private plain: RowBatch | undefined;
  private extended: RowBatch | undefined;

  /** @param head where in memory is what rows start with (head.ts) */
  constructor(
    private readonly memory: DataView,
    private readonly head: number,
  ) {}

  /** Rows from here on go to these batches. */
  begin(batches: RowBatches): void {
    if (batches === this.batches) return;
    this.batches = batches;
    this.plain = undefined;
    this.extended = undefined;
  }

  /** Adds rows of the layout without extended records. */
  append(rows: Uint8Array, count: number): void {
    const batch = this.plainBatch();
    batch.reserve(rows.length);
    batch.bytes.set(rows, batch.used);
    batch.used += rows.length;
    batch.rows += count;
  }

  write(packet: PacketHeaders, sample: FlowSample): void {
    const { memory } = this;
    const batch = sample.extended ? this.extendedBatch() : this.plainBatch();
    batch.reserve(sample.extended ? EXTENDED_ROOM : PLAIN_ROOM);
    const out = batch.view;
    const from = batch.used;
    // The last two bytes too many are written over.
    for (let word = 0; word < HEAD_BYTES; word += 4) out.setInt32(from + word, memory.getInt32(this.head + word));
    let at = from + HEAD_BYTES;
    const width = packet.v6 ? 16 : 4;
    writeAddress(out, at, memory, packet.addresses, width);
    writeAddress(out, at + 16, memory, packet.addresses + width, width);
    out.setUint16(at + 32, packet.srcPort, true);
    out.setUint16(at + 34, packet.dstPort, true);
    out.setUint8(at + 36, packet.protocol);
    writeUint64(out, at + 37, 1);
    writeUint64(out, at + 45, packet.bytes);
    out.setUint8(at + 53, packet.tcpFlags);
    out.setInt32(at + 54, sample.samplingRate, true);
    out.setUint8(at + 58, sample.verdict);
    at += 59;
    if (sample.extended) at = writeTranslation(out, writeRule(batch, at, memory, sample), memory, sample);
    // The switch tags the frame it forwards, not the one in a tunnel.
    const vlan = packet.vlan === 0 && packet.vni === 0 ? sample.vlan : packet.vlan;
    out.setInt32(at, sample.input, true);
    out.setInt32(at + 4, sample.output, true);
    out.setUint8(at + 8, sample.observed);
    out.setUint16(at + 9, vlan, true);
    out.setInt32(at + 11, packet.vni === 0 ? sample.vni : packet.vni, true);
    out.setUint8(at + 15, packet.tos);
    at += 16;
    if (sample.extended) at = writePiece(batch, writePiece(batch, at, memory, sample.host), memory, sample.user);
    batch.used = at;
    batch.rows++;
  }

  private plainBatch(): RowBatch {
    return (this.plain ??= this.batchOf(PLAIN));
  }

  private extendedBatch(): RowBatch {
    return (this.extended ??= this.batchOf(EXTENDED));
  }

  private batchOf(layout: typeof PLAIN): RowBatch {
    if (!this.batches) throw new TypeError('rows of no datagram');
    return this.batches.for(layout);
  }
}

/** @param width bytes of the address: 16, 4, or 0 for none */
function writeAddress(out: DataView, at: number, view: DataView, from: number, width: number): void {
  if (width === 16) {
    out.setInt32(at, view.getInt32(from));
    out.setInt32(at + 4, view.getInt32(from + 4));
    out.setInt32(at + 8, view.getInt32(from + 8));
    out.setInt32(at + 12, view.getInt32(from + 12));
    return;
  }
  out.setInt32(at, 0);
  out.setInt32(at + 4, 0);
  out.setInt32(at + 8, width === 0 ? 0 : V4_MAPPED, true);
  out.setInt32(at + 12, width === 0 ? 0 : view.getInt32(from));
}

function writeUint64(out: DataView, at: number, value: number): void {
  out.setInt32(at, value, true);
  out.setInt32(at + 4, 0);
}

function writeTranslation(out: DataView, at: number, view: DataView, sample: FlowSample): number {
  writeAddress(out, at, view, sample.postSourceAt, sample.postSourceBytes);
  writeAddress(out, at + 16, view, sample.postDestinationAt, sample.postDestinationBytes);
  out.setUint16(at + 32, sample.postSourcePort, true);
  out.setUint16(at + 34, sample.postDestinationPort, true);
  return at + 36;
}

/** The access list's name, or its number. */
function writeRule(batch: RowBatch, at: number, view: DataView, { rule, ruleNumber }: FlowSample): number {
  if (rule.length > 0 || ruleNumber === 0) return writePiece(batch, at, view, rule);
  const digits = String(ruleNumber);
  batch.bytes[at] = digits.length;
  for (let i = 0; i < digits.length; i++) batch.bytes[at + 1 + i] = digits.charCodeAt(i);
  return at + 1 + digits.length;
}

/** Text up to its first NUL, with its length before it: LEB128, so two bytes from 128 on. */
function writePiece({ bytes }: RowBatch, at: number, view: DataView, piece: Piece): number {
  const most = Math.min(piece.length, MOST_TEXT);
  let length = 0;
  while (length < most && view.getUint8(piece.at + length) !== 0) length++;
  let to = at;
  if (length > 0x7f) bytes[to++] = (length & 0x7f) | 0x80;
  bytes[to++] = length > 0x7f ? length >>> 7 : length;
  for (let i = 0; i < length; i++) bytes[to + i] = view.getUint8(piece.at + i);
  return to + length;
}
