/** The linear memory that datagrams are decoded in: the datagram at 0, then what goes in and comes out, then rows. */
export const DATAGRAM_BYTES = 0xffff;
/** Bytes noted of each sample. */
export const SOURCE_BYTES = 16;

export const AT = {
  /** In: what all rows of the datagram start with (head.ts). */
  head: 0x1_0040,
  /** Out: samples taken, and where their last row ends. */
  taken: 0x1_0080,
  rowsEnd: 0x1_0084,
  /** Out: what the last of them says. */
  samplingRate: 0x1_0088,
  /** Out: of each sample taken the type and index of its source, its sequence number and drops. */
  sources: 0x1_00c0,
  rows: 0x2_0000,
} as const;

/** The 642 samples of 102 bytes that a datagram has room for make 81 kB of rows, and 10 kB of notes. */
export const MEMORY_PAGES = 4;
