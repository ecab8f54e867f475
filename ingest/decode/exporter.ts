import type { RowBatches } from '../model/rows';
import type { Reject } from './reject';

/** Who sent a datagram or message. */
export interface Sender {
  /** 16 bytes, network order; IPv4 as ::ffff:a.b.c.d. */
  readonly address: Uint8Array;
  /**
   * The TCP or TLS connection it came over, a number never used again. Templates then belong to the connection and do
   * not expire (RFC 7011 section 10.4); without it they belong to the address.
   */
  readonly session?: number;
}

/** Decodes what exporters send: one datagram, or one IPFIX message of a stream, at a time. */
export interface FlowDecoder {
  /**
   * Writes the flows of a datagram into the batches. Never throws: what cannot be taken is counted, and the rest of the
   * datagram is taken.
   */
  decode(datagram: Uint8Array, from: Sender, receivedMicros: number, batches: RowBatches): void;
  /** Gives up the data sets that still wait for a template: nothing more will come. */
  settle(): void;
  health(): ExporterHealth[];
  /** What options data named since the last call; bounded, the newest kept. */
  takeNames(): ExporterName[];
  /**
   * A connection brings nothing more: writes the flows of the data sets that wait for their templates to be compiled.
   *
   * @returns false when some that it brought could not be taken, now or earlier, because there were too many templates
   */
  finish(session: number, batches: RowBatches): boolean;
  /** A connection has ended, and what it had announced with it. */
  end(session: number): void;
}

/** What an exporter calls something that its flows only number. */
export interface ExporterName {
  readonly exporter: string;
  readonly domain: number;
  readonly kind: 'interface' | 'vrf' | 'application' | 'sampler';
  /** As the flow column has it: `7`, `vrf:3`, `13:431`. */
  readonly id: string;
  readonly name: string;
}

/** Where a sampling rate came from: the datagram's header, options data, the records themselves. */
export type SamplingSource = 'unknown' | 'header' | 'options' | 'records';

/** The state of one observation domain of one exporter, since it was first heard. */
export interface ExporterHealth {
  readonly exporter: string;
  readonly domain: number;
  /** `unknown` gathers the datagrams that are no flow exports at all. */
  readonly format: 'netflow5' | 'netflow9' | 'ipfix' | 'sflow' | 'unknown';
  readonly datagrams: number;
  /** Rows written. */
  readonly records: number;
  /** Records that hold no flow, by reason: `options`, `no-addresses`, `counters`. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Missing by sequence number, in `lostUnit`. */
  readonly lost: number;
  readonly lostUnit: 'records' | 'datagrams';
  readonly restarts: number;
  /** Times that cannot be and were replaced by the time of export. */
  readonly wildTimes: number;
  readonly templates: number;
  /** Made room for others; not heard again in their lifetime. */
  readonly templatesEvicted: number;
  readonly templatesExpired: number;
  /** Data sets waiting for their template now, and those given up. */
  readonly waitingSets: number;
  readonly unknownTemplateSets: number;
  /** By code, with the latest of each. */
  readonly rejects: readonly { readonly code: string; readonly count: number; readonly last: Reject }[];
  /** One packet in how many; 0 unknown. */
  readonly samplingRate: number;
  readonly samplingSource: SamplingSource;
  /** The exporter's clock behind ours, by the last datagram; transit and the exporter's own delay are in it. */
  readonly skewMillis: number;
  /** Epoch microseconds, by the collector's clock. */
  readonly lastSeenMicros: number;
}
