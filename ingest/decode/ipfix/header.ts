import type { DatagramHeader } from '../netflow/header';
import { uint16, uint32 } from '../wire';

export const IPFIX_VERSION = 10;
export const IPFIX_HEADER_BYTES = 16;

/** RFC 7011 section 3.1. */
export function readIpfixHeader(bytes: Uint8Array): DatagramHeader | undefined {
  if (bytes.length < IPFIX_HEADER_BYTES) return undefined;
  return {
    format: 'ipfix',
    domain: uint32(bytes, 12),
    uptimeMillis: undefined,
    exportedMicros: uint32(bytes, 4) * 1e6,
    sequence: uint32(bytes, 8),
    from: IPFIX_HEADER_BYTES,
    end: uint16(bytes, 2),
  };
}
