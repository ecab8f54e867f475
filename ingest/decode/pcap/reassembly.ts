import type { Fragment } from './packet';

/** Datagrams put together at a time, and parts of each: what a capture of nothing but fragments can make us hold. */
const MOST_DATAGRAMS = 64;
const MOST_PARTS = 64;

/** Puts IP fragments back together (RFC 791 section 3.2, RFC 8200 section 4.5). */
export class Reassembly {
  private readonly pending = new Map<string, Fragment[]>();

  constructor(private readonly onIncomplete: (parts: number) => void) {}

  /** @returns the whole IP payload once the last part is there */
  add(fragment: Fragment): Uint8Array | undefined {
    const parts = this.pending.get(fragment.key) ?? [];
    this.pending.delete(fragment.key);
    parts.push({ ...fragment, payload: fragment.payload.slice() });
    const whole = assemble(parts);
    if (whole) return whole;
    if (parts.length === MOST_PARTS) {
      this.onIncomplete(parts.length);
      return undefined;
    }
    this.pending.set(fragment.key, parts);
    if (this.pending.size > MOST_DATAGRAMS) this.dropOldest();
    return undefined;
  }

  /** Nothing more will come. */
  end(): void {
    while (this.pending.size > 0) this.dropOldest();
  }

  private dropOldest(): void {
    for (const [key, parts] of this.pending) {
      this.pending.delete(key);
      this.onIncomplete(parts.length);
      return;
    }
  }
}

function assemble(parts: readonly Fragment[]): Uint8Array | undefined {
  const ordered = parts.toSorted((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { offset, payload } of ordered) {
    if (offset > end) return undefined;
    end = Math.max(end, offset + payload.length);
  }
  const last = ordered.find(({ more }) => !more);
  if (!last || last.offset + last.payload.length !== end) return undefined;
  const whole = new Uint8Array(end);
  for (const { offset, payload } of ordered) whole.set(payload, offset);
  return whole;
}
