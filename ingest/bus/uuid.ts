/** Bytes of a UUID in RowBinary: ClickHouse keeps it as two UInt64, the upper half first, each in little-endian order. */
export const UUID_BYTES = 16;

const HALF = UUID_BYTES / 2;

export function uuidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, HALF).reverse();
  bytes.subarray(HALF).reverse();
  return bytes;
}
