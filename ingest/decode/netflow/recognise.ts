import { readIpfixHeader, IPFIX_VERSION } from '../ipfix/header';
import { NETFLOW5_VERSION, readNetflow5Header } from '../netflow5/datagram';
import { NETFLOW9_VERSION, readNetflow9Header } from '../netflow9/header';
import type { ExportFormat } from '../template/definition';
import { EARLIEST_MICROS } from '../template/memory';
import { uint16, uint32 } from '../wire';
import { FIRST_DATA_SET } from './templates';

const SET_HEADER_BYTES = 4;
const NANOS = 1_000_000_000;

/**
 * Which export protocol the bytes start with, if any: the version word, and a header and first set that make sense.
 * A single word of 5, 9 or 10 is in half of all files.
 */
export function recogniseExport(bytes: Uint8Array): ExportFormat | undefined {
  switch (bytes.length < 2 ? 0 : uint16(bytes, 0)) {
    case NETFLOW5_VERSION:
      return isNetflow5(bytes) ? 'netflow5' : undefined;
    case NETFLOW9_VERSION:
      return isNetflow9(bytes) ? 'netflow9' : undefined;
    case IPFIX_VERSION:
      return isIpfix(bytes) ? 'ipfix' : undefined;
    default:
      return undefined;
  }
}

function isNetflow5(bytes: Uint8Array): boolean {
  const header = readNetflow5Header(bytes);
  return (
    header !== undefined && header.count > 0 && header.exportedMicros >= EARLIEST_MICROS && uint32(bytes, 12) < NANOS
  );
}

function isNetflow9(bytes: Uint8Array): boolean {
  const header = readNetflow9Header(bytes);
  return header !== undefined && startsSet(bytes, header.from, bytes.length, [0, 1]);
}

function isIpfix(bytes: Uint8Array): boolean {
  const header = readIpfixHeader(bytes);
  // A message may be nothing but its header.
  return header !== undefined && (header.end === header.from || startsSet(bytes, header.from, header.end, [2, 3]));
}

function startsSet(bytes: Uint8Array, at: number, end: number, templateSets: readonly number[]): boolean {
  if (at + SET_HEADER_BYTES > Math.min(bytes.length, end)) return false;
  const id = uint16(bytes, at);
  const length = uint16(bytes, at + 2);
  return length >= SET_HEADER_BYTES && at + length <= end && (id >= FIRST_DATA_SET || templateSets.includes(id));
}
