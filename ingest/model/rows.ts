import type { FlowColumnName } from './flow';

/**
 * Rows of one layout in ClickHouse RowBinary, written straight from the wire: decoders write at `used` and advance it.
 * `bytes` and `view` are replaced when the batch grows, so read them again after `reserve`.
 */
export class RowBatch {
  bytes: Uint8Array;
  view: DataView;
  used = 0;
  rows = 0;

  constructor(
    /** In table order (`flowLayout`). */
    readonly layout: readonly FlowColumnName[],
    /** Small to begin with: hostile exporters make up layouts without end, and most get a row or two. */
    capacity = 1 << 12,
  ) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.used + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + count));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  /** Gives away what has gathered and starts anew, so that writing it out and decoding on do not meet. */
  take(): { readonly bytes: Uint8Array; readonly rows: number } {
    const taken = { bytes: this.bytes.subarray(0, this.used), rows: this.rows };
    this.bytes = new Uint8Array(this.bytes.length);
    this.view = new DataView(this.bytes.buffer);
    this.clear();
    return taken;
  }

  clear(): void {
    this.used = 0;
    this.rows = 0;
  }
}

/** One batch per layout. A batch handed out stays valid for good. */
export class RowBatches {
  private readonly byLayout = new Map<string, RowBatch>();

  for(layout: readonly FlowColumnName[]): RowBatch {
    const key = layout.join();
    let batch = this.byLayout.get(key);
    if (!batch) this.byLayout.set(key, (batch = new RowBatch(layout)));
    return batch;
  }

  get rows(): number {
    let rows = 0;
    for (const batch of this.byLayout.values()) rows += batch.rows;
    return rows;
  }

  get bytes(): number {
    let bytes = 0;
    for (const batch of this.byLayout.values()) bytes += batch.used;
    return bytes;
  }

  /** Every batch that holds rows. */
  filled(): RowBatch[] {
    return [...this.byLayout.values()].filter((batch) => batch.rows > 0);
  }
}
