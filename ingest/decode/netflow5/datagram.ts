import type { DatagramHeader } from '../netflow/header';
import type { TemplateDefinition } from '../template/definition';
import { uint16, uint32 } from '../wire';

export const NETFLOW5_VERSION = 5;
const NETFLOW5_HEADER_BYTES = 24;
export const NETFLOW5_RECORD_BYTES = 48;
/** Cisco's limit, which keeps a datagram below an Ethernet MTU. */
const NETFLOW5_MOST_RECORDS = 30;

export interface Netflow5Header extends DatagramHeader {
  readonly count: number;
  /** One packet in how many; 0 when the exporter does not say. */
  readonly samplingRate: number;
}

/**
 * Cisco, "NetFlow Export Datagram Format", table B-3.
 *
 * @returns undefined when there is none
 */
export function readNetflow5Header(bytes: Uint8Array): Netflow5Header | undefined {
  if (bytes.length < NETFLOW5_HEADER_BYTES) return undefined;
  const count = uint16(bytes, 2);
  const end = NETFLOW5_HEADER_BYTES + count * NETFLOW5_RECORD_BYTES;
  // More than may be, and more than is there: the datagram only looks like one.
  if (count > NETFLOW5_MOST_RECORDS && end > bytes.length) return undefined;
  return {
    format: 'netflow5',
    domain: uint16(bytes, 20),
    uptimeMillis: uint32(bytes, 4),
    exportedMicros: uint32(bytes, 8) * 1e6 + Math.floor(uint32(bytes, 12) / 1000),
    sequence: uint32(bytes, 16),
    from: NETFLOW5_HEADER_BYTES,
    end,
    count,
    // Two bits of mode, fourteen of interval.
    samplingRate: uint16(bytes, 22) & 0x3fff,
  };
}

const NOTHING = 0;

/** The fixed record (table B-4) as a template, in the elements that mean the same. */
export const NETFLOW5_TEMPLATE: TemplateDefinition = {
  format: 'netflow5',
  id: 0,
  scopeFields: undefined,
  fields: (
    [
      [8, 4],
      [12, 4],
      [15, 4],
      [10, 2],
      [14, 2],
      [2, 4],
      [1, 4],
      [22, 4],
      [21, 4],
      [7, 2],
      [11, 2],
      [NOTHING, 1],
      [6, 1],
      [4, 1],
      [5, 1],
      [16, 2],
      [17, 2],
      [9, 1],
      [13, 1],
      [NOTHING, 2],
    ] as const
  ).map(([id, length]) => ({ enterprise: 0, id, length })),
};
