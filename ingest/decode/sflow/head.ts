import { ADDRESS_BYTES } from '../../kernel/ip';

/** What all rows of a datagram start with: received, exporter, domain, format, start, end. */
const AT = { received: 0, exporter: 8, domain: 24, format: 28, start: 34, end: 42 } as const;
export const HEAD_BYTES = 50;
const FORMAT = 'sflow';

/** Writes what is the same for all datagrams of an agent, in RowBinary. */
export function writeAgent(to: DataView, at: number, exporter: Uint8Array, domain: number): void {
  for (let i = 0; i < ADDRESS_BYTES; i++) to.setUint8(at + AT.exporter + i, exporter[i] ?? 0);
  to.setUint32(at + AT.domain, domain, true);
  to.setUint8(at + AT.format, FORMAT.length);
  for (let i = 0; i < FORMAT.length; i++) to.setUint8(at + AT.format + 1 + i, FORMAT.charCodeAt(i));
}

/** Writes the times. A sample has none of its own, but an agent keeps none back for longer than a second. */
export function writeTimes(to: DataView, at: number, receivedMicros: number): void {
  // Float64 holds microseconds exactly until 2255, and storing takes any number modulo 2^32.
  const high = receivedMicros / 0x1_0000_0000;
  to.setUint32(at + AT.received, receivedMicros, true);
  to.setUint32(at + AT.received + 4, high, true);
  to.setUint32(at + AT.start, receivedMicros, true);
  to.setUint32(at + AT.start + 4, high, true);
  to.setUint32(at + AT.end, receivedMicros, true);
  to.setUint32(at + AT.end + 4, high, true);
}
