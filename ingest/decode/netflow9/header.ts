import type { DatagramHeader } from '../netflow/header';
import { uint32 } from '../wire';

export const NETFLOW9_VERSION = 9;
const HEADER_BYTES = 20;

/** RFC 3954 section 5.1. The count of records in it is not used: exporters disagree on what it counts. */
export function readNetflow9Header(bytes: Uint8Array): DatagramHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  return {
    format: 'netflow9',
    domain: uint32(bytes, 16),
    uptimeMillis: uint32(bytes, 4),
    exportedMicros: uint32(bytes, 8) * 1e6,
    sequence: uint32(bytes, 12),
    from: HEADER_BYTES,
    end: bytes.length,
  };
}
