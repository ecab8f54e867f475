/** A record, line or datagram that could not be taken, and where it is. */
export interface Reject {
  /** Stable, for counters: `truncated`, `unknown-template`, `field-count`, … */
  readonly code: string;
  /** In words, naming what was expected. */
  readonly message: string;
  /** Byte offset, line number or packet number, as the format counts. */
  readonly where: Readonly<Record<string, string | number>>;
}
