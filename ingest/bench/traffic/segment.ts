import { flowLayout, type FlowColumnName } from '../../model/flow';
import type { RowBatches } from '../../model/rows';

export const SEGMENTS = 8;
export const SEGMENT_ROWS = 500_000;

/** What a router's NetFlow v9 or IPFIX fills. */
const LAYOUT: readonly FlowColumnName[] = flowLayout([
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
  'input_interface',
  'output_interface',
]);
const FORMAT = Buffer.from('\x08netflow9', 'latin1');
const ROW_BYTES = 8 + 16 + 4 + FORMAT.length + 8 + 8 + 16 + 16 + 2 + 2 + 1 + 8 + 8 + 1 + 4 + 4;
const EXPORTERS = 8;
/** Flows of a datagram come from one exporter. */
const DATAGRAM_ROWS = 24;
const START_MICROS = 1_700_000_000_000_000;

/** Rows of a busy estate as a collector spools them: exporters in turn, many clients, few servers. */
export function fillSegment(batches: RowBatches, number: number): void {
  const batch = batches.for(LAYOUT);
  batch.reserve(SEGMENT_ROWS * ROW_BYTES);
  const { bytes, view } = batch;
  let at = 0;
  const u8 = (value: number): void => view.setUint8(at++, value);
  const u16 = (value: number): void => (view.setUint16(at, value, true), void (at += 2));
  const u32 = (value: number): void => (view.setUint32(at, value, true), void (at += 4));
  const u64 = (value: number): void => {
    u32(value % 2 ** 32);
    u32(Math.floor(value / 2 ** 32));
  };
  const ipv4 = (address: number): void => {
    bytes.fill(0, at, at + 10);
    view.setUint16(at + 10, 0xffff);
    view.setUint32(at + 12, address);
    at += 16;
  };
  for (let row = 0; row < SEGMENT_ROWS; row++) {
    const n = number * SEGMENT_ROWS + row;
    // Multiplying by a large odd number scatters without a generator's state.
    const mixed = Math.imul(n, 0x9e37_79b1) >>> 0;
    const start = START_MICROS + Math.floor(n / 100) * 1000 + (mixed % 1000);
    u64(START_MICROS + Math.floor(n / 100) * 1000);
    ipv4(0xc000_0200 + (Math.floor(n / DATAGRAM_ROWS) % EXPORTERS));
    u32(0);
    bytes.set(FORMAT, at);
    at += FORMAT.length;
    u64(start);
    u64(start + (mixed % 60_000_000));
    ipv4(0x0a00_0000 + (mixed % 20_000));
    ipv4(0x0a80_0000 + ((mixed >>> 8) % 2000));
    u16(32_768 + (mixed % 28_000));
    u16([443, 5432, 8080, 53][mixed % 4] ?? 0);
    u8(6);
    u64(1 + (mixed % 100));
    u64(60 + (mixed % 90_000));
    u8(0x1b);
    u32(mixed % 48);
    u32((mixed >>> 4) % 48);
  }
  batch.used = at;
  batch.rows = SEGMENT_ROWS;
}
