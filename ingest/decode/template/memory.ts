/**
 * The linear memory that compiled templates work in: the datagram at 0, what is known about it, and then rows.
 * The decoders read at most 8 bytes past a field, so both areas end in slack.
 */
export const DATAGRAM_BYTES = 0xffff;
export const CONTEXT = 0x1_0000 + 64;
/** Fields that cannot be read where they are, brought into a fixed form: one slot each. */
export const SCRATCH = 0x1_1000;
export const SCRATCH_SLOT_BYTES = 16;
/** Headers of a sampled packet, laid out as `PACKET_FIELDS`. */
export const PACKET = 0x1_8000;
export const ROWS = 0x2_0000;
export const ROWS_END = ROWS + 0x10_0000;
export const MEMORY_PAGES = (ROWS_END + 0x1_0000) / 0x1_0000;

/** Sampler ids whose rates a compiled template can look up. */
export const MAX_SAMPLERS = 16;
/** Interfaces whose rates it can look up, where they differ. */
export const MAX_INTERFACE_RATES = 256;

/** Offsets from `CONTEXT`. */
export const AT = {
  /** i64 microseconds */
  received: 0,
  /** 16 bytes, network order */
  exporter: 8,
  domain: 24,
  samplingRate: 28,
  /** i64 microseconds: when the datagram was sent; it stands in for times that cannot be */
  exported: 32,
  /** i64 microseconds: the latest time taken as true */
  latest: 40,
  /** Milliseconds since the exporter started, as of `exported`. */
  uptime: 48,
  /** 1 where `uptime` is known. */
  uptimeKnown: 52,
  /** Results: rows written, end of the last row, times replaced. */
  rows: 56,
  rowsEnd: 60,
  wildTimes: 64,
  /** biflowDirection of the whole domain. */
  biflowDirection: 68,
  /** Result: records passed over, which hold a packet that is not IP. */
  notIp: 72,
  samplers: 76,
  /** Pairs of id and rate, `MAX_SAMPLERS` of them. */
  samplerTable: 80,
  interfaces: 208,
  /** Pairs of index and rate, `MAX_INTERFACE_RATES` of them. */
  interfaceTable: 212,
} as const;

/** 1990-01-01 in microseconds: no flow exporter is older than that. */
export const EARLIEST_MICROS = 631_152_000_000_000;
