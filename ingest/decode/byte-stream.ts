/** Reads a stream piece by piece; holds no more than what was last asked for, and one chunk. */
export class ByteStream {
  /** Bytes taken so far. */
  offset = 0;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);
  private ended = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, without taking them: `count`, or fewer where the stream ends before. */
  async peek(count: number): Promise<Uint8Array> {
    if (this.held.length < count && !this.ended) await this.gather(count);
    return this.held.length > count ? this.held.subarray(0, count) : this.held;
  }

  /** Takes the next bytes, or undefined (and nothing) where the stream ends before. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const bytes = await this.peek(count);
    if (bytes.length < count) return undefined;
    this.drop(count);
    return bytes;
  }

  /** Passes over bytes without holding them. @returns how many there were */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const { length } = await this.peek(Math.min(count - skipped, 1));
      if (length === 0) break;
      const step = Math.min(count - skipped, this.held.length);
      this.drop(step);
      skipped += step;
    }
    return skipped;
  }

  private drop(count: number): void {
    this.held = this.held.subarray(count);
    this.offset += count;
  }

  private async gather(count: number): Promise<void> {
    const parts = [this.held];
    for (let length = this.held.length; length < count;) {
      const { value, done } = await this.chunks.next();
      if (done) {
        this.ended = true;
        break;
      }
      parts.push(value);
      length += value.length;
    }
    this.held = concatenate(parts.filter((part) => part.length > 0));
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
