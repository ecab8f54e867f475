import { addressFromBytes, formatAddress } from '../../kernel/ip';
import { flowColumn, type FlowColumnName } from '../../model/flow';
import type { RowBatch, RowBatches } from '../../model/rows';

/** A flow row as ClickHouse would read it: numbers, times as epoch microseconds, addresses and strings as text. */
export type Row = Readonly<Partial<Record<FlowColumnName, number | string>>>;

/** Reads RowBinary back, to look at what a decoder wrote. */
export function readRows(batches: RowBatches): Row[] {
  return batches.filled().flatMap(readBatch);
}

function readBatch(batch: RowBatch): Row[] {
  const rows: Row[] = [];
  let at = 0;
  while (at < batch.used) {
    const row: Partial<Record<FlowColumnName, number | string>> = {};
    for (const name of batch.layout) {
      const { value, bytes } = readValue(batch, name, at);
      row[name] = value;
      at += bytes;
    }
    rows.push(row);
  }
  if (at !== batch.used || rows.length !== batch.rows) {
    throw new Error(`batch of ${batch.rows} rows in ${batch.used} bytes reads as ${rows.length} rows in ${at}`);
  }
  return rows;
}

function readValue(
  { bytes, view }: RowBatch,
  name: FlowColumnName,
  at: number,
): { value: number | string; bytes: number } {
  const { type } = flowColumn(name);
  switch (type) {
    case 'UInt8':
      return { value: view.getUint8(at), bytes: 1 };
    case 'UInt16':
      return { value: view.getUint16(at, true), bytes: 2 };
    case 'UInt32':
      return { value: view.getUint32(at, true), bytes: 4 };
    case 'UInt64':
    case 'DateTime64(6)':
      return { value: Number(view.getBigInt64(at, true)), bytes: 8 };
    case 'IPv6':
      return { value: formatAddress(addressFromBytes(bytes.subarray(at, at + 16))), bytes: 16 };
    case 'String':
    case 'LowCardinality(String)': {
      const long = view.getUint8(at) > 127;
      const length = long ? (view.getUint8(at) & 127) | (view.getUint8(at + 1) << 7) : view.getUint8(at);
      const from = at + (long ? 2 : 1);
      return { value: Buffer.from(bytes.subarray(from, from + length)).toString('utf8'), bytes: from + length - at };
    }
    default:
      return type satisfies never;
  }
}
