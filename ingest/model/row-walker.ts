import { flowColumn, type ClickHouseType, type FlowColumnName } from './flow';

/** Bytes of a value; undefined for strings, which say their length themselves. */
const WIDTH: Readonly<Record<ClickHouseType, number | undefined>> = {
  UInt8: 1,
  UInt16: 2,
  UInt32: 4,
  UInt64: 8,
  'DateTime64(6)': 8,
  IPv6: 16,
  String: undefined,
  'LowCardinality(String)': undefined,
};

/** More would be a string of 256 MiB and over, which no decoder writes. */
const LONGEST_VARINT = 4;

/** The offset behind the row that begins at `at`, or -1 when the bytes end before it does or hold no such row. */
export type RowWalker = (bytes: Uint8Array, at: number) => number;

/** Finds where RowBinary rows of a layout end, without reading what they say. */
export function createRowWalker(layout: readonly FlowColumnName[]): RowWalker {
  /** Bytes to pass over before each string, and behind the last. */
  const gaps: number[] = [0];
  for (const name of layout) {
    const width = WIDTH[flowColumn(name).type];
    if (width === undefined) gaps.push(0);
    else gaps[gaps.length - 1] = (gaps.at(-1) ?? 0) + width;
  }
  const tail = gaps.pop() ?? 0;
  return (bytes, at) => {
    let end = at;
    for (const gap of gaps) {
      end = behindString(bytes, end + gap);
      if (end < 0) return -1;
    }
    end += tail;
    return end > bytes.length ? -1 : end;
  };
}

/**
 * @param prefix what every row begins with, before the columns of the layout
 * @returns whole rows from the front on, up to the first without the prefix, and the bytes they take
 */
export function countRows(
  bytes: Uint8Array,
  layout: readonly FlowColumnName[],
  prefix: Uint8Array = new Uint8Array(),
): { rows: number; used: number } {
  const walk = createRowWalker(layout);
  let rows = 0;
  let used = 0;
  while (used < bytes.length && startsWith(bytes, used, prefix)) {
    const end = walk(bytes, used + prefix.length);
    if (end <= used) break;
    used = end;
    rows++;
  }
  return { rows, used };
}

function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index++) if (bytes[at + index] !== prefix[index]) return false;
  return true;
}

function behindString(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let index = 0; index < LONGEST_VARINT; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return -1;
    length |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return at + index + 1 + length;
  }
  return -1;
}
