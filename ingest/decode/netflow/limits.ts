/** What exporters, or somebody who pretends to be many, can make the decoder remember. The oldest gives way. */
export interface Limits {
  readonly exporters: number;
  readonly domainsPerExporter: number;
  readonly domains: number;
  /** Connections at a time that one domain is heard over. */
  readonly sessionsPerDomain: number;
  readonly templatesPerDomain: number;
  /** Fields of all templates. */
  readonly templateFields: number;
  /** Seconds that a template holds without being announced again; not over TCP and TLS. */
  readonly templateSeconds: number;
  /** Templates compiled before compiling must be earned, see `CompileBudget`. */
  readonly compilations: number;
  readonly compilationsPerExporter: number;
  /** Data sets waiting for their template, per domain, and bytes of them per domain and altogether. */
  readonly waitingSets: number;
  readonly waitingBytes: number;
  readonly waitingBytesOverall: number;
  readonly waitingSeconds: number;
  /** What options data names. */
  readonly namesPerDomain: number;
  readonly names: number;
}

/**
 * A template holds for three times the refresh (RFC 7011 section 8.4). Where an exporter is not told otherwise that is
 * 10 minutes by the RFCs' example, 30 with Cisco and PAN-OS and 60 with Arista, so three hours: an exporter that loses
 * one announcement must not lose its data. Data waits for the longest usual refresh but Arista's.
 */
export const DEFAULT_LIMITS: Limits = {
  exporters: 4096,
  domainsPerExporter: 256,
  domains: 16_384,
  sessionsPerDomain: 64,
  templatesPerDomain: 512,
  templateFields: 1 << 20,
  templateSeconds: 3 * 3600,
  compilations: 512,
  compilationsPerExporter: 128,
  waitingSets: 256,
  waitingBytes: 1 << 20,
  waitingBytesOverall: 64 << 20,
  waitingSeconds: 30 * 60,
  namesPerDomain: 8192,
  names: 1 << 17,
};
