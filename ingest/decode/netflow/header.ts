import type { ExportFormat } from '../template/definition';

/** What the header of a datagram or message says, whatever the version. */
export interface DatagramHeader {
  readonly format: ExportFormat;
  readonly domain: number;
  /** Epoch microseconds. */
  readonly exportedMicros: number;
  /** How long the exporter had been up (modulo 2^32); undefined in IPFIX, which does not say. */
  readonly uptimeMillis: number | undefined;
  readonly sequence: number;
  /** Where sets or records start, and where the sender says they end: perhaps beyond the datagram. */
  readonly from: number;
  readonly end: number;
}
