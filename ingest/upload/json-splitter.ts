const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What an object or array within a record comes after. */
const OPENERS_FOLLOW = new Set([COLON, COMMA, OPEN_ARRAY]);
const LONGEST_KEY = 64;

export interface SplitLimits {
  readonly lineBytes: number;
  readonly jsonDepth: number;
}

/** A record that is not handed on; `record` counts from 1, over all that were met. */
export interface BrokenRecord {
  readonly record: number;
  readonly code: 'too-long' | 'too-deep' | 'broken-json';
  readonly message: string;
}

/**
 * Takes JSON apart into records, one a line without white space: the elements of a document that is an array, the
 * elements of the arrays that an object has under one of `keys`, and every other object as a whole. Documents follow
 * each other with or without anything between. Nothing is parsed or held but the record at hand; a line that is no JSON
 * goes on as well, for the format to refuse it in its own words.
 */
export class JsonSplitter {
  private out = new Uint8Array(1 << 18);
  private used = 0;
  /** Where the record at hand starts in `out`. */
  private start = 0;
  private records = 0;
  private depth = 0;
  /** The depth at which records sit: in an array, or at the top. */
  private floor = 0;
  private inString = false;
  private escaped = false;
  /** The depth of the keys of the document at hand; 0 while there is none. */
  private document = 0;
  /** The floor to go back to after an array of records; -1 outside. */
  private outer = -1;
  private keyStart = 0;
  private expectsKey = false;
  /** Just behind the colon of a key that holds records. */
  private recordsAt = -1;
  /** The document at hand held records: it is none itself. */
  private emptied = false;
  private skipping: BrokenRecord['code'] | undefined;
  /** After something broken all is passed over, up to a line that starts with an object. */
  private resuming: 'no' | 'at-line-start' | 'within-line' = 'no';

  constructor(
    private readonly keys: ReadonlySet<string>,
    private readonly limits: SplitLimits,
    private readonly onBroken: (broken: BrokenRecord) => void,
  ) {}

  /** @returns the lines that are complete by now, good until the next push */
  push(chunk: Uint8Array): Uint8Array {
    this.makeRoom(chunk.length);
    for (let at = 0; at < chunk.length;) {
      if (this.inString) at = this.takeString(chunk, at);
      else this.take(chunk[at++] ?? 0);
    }
    return this.out.subarray(0, this.start);
  }

  /** The last lines. */
  end(): Uint8Array {
    this.makeRoom(1);
    if (this.depth > this.floor || this.inString || this.outer >= 0) {
      if (!this.emptied || this.outer >= 0) this.breakOff('broken-json');
    } else if (this.used > this.start) this.emit();
    return this.out.subarray(0, this.start);
  }

  /** Forgets the lines that were handed out. A chunk adds no more than its bytes, and a newline for each. */
  private makeRoom(bytes: number): void {
    this.out.copyWithin(0, this.start, this.used);
    this.keyStart -= this.start;
    this.recordsAt -= this.start;
    this.used -= this.start;
    this.start = 0;
    const needed = this.used + 2 * bytes + 2;
    if (needed <= this.out.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.out.length));
    grown.set(this.out.subarray(0, this.used));
    this.out = grown;
  }

  private take(byte: number): void {
    if (byte === NEWLINE) {
      if (this.resuming === 'within-line') this.resuming = 'at-line-start';
      if (this.depth === this.floor && this.used > this.start) this.emit();
      return;
    }
    if (byte === SPACE || byte === TAB || byte === RETURN) return;
    if (this.resuming !== 'no') {
      this.resuming = this.resuming === 'at-line-start' && byte === OPEN_OBJECT ? 'no' : 'within-line';
      if (this.resuming !== 'no') return;
    }
    switch (byte) {
      case QUOTE:
        if (this.depth === this.document && this.expectsKey) this.keyStart = this.used + 1;
        this.inString = true;
        return this.append(byte);
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        return this.open(byte);
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        return this.close(byte);
      case COMMA:
        return this.comma();
      case COLON:
        this.append(byte);
        if (this.depth === this.document && this.expectsKey) {
          this.expectsKey = false;
          if (this.keys.has(this.key())) this.recordsAt = this.used;
        }
        return;
      default:
        this.append(byte);
    }
  }

  /** Takes a string up to its end, the chunk's end or a raw newline, which no string can hold (RFC 8259, 7). */
  private takeString(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length) {
      const byte = chunk[at++] ?? 0;
      if (byte === NEWLINE) {
        this.breakOff('broken-json');
        this.resuming = 'at-line-start';
        return at;
      }
      this.append(byte);
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) {
        this.inString = false;
        return at;
      }
    }
    return at;
  }

  private open(byte: number): void {
    if (this.depth === this.floor) {
      if (this.used > this.start) this.emit();
      if (byte === OPEN_ARRAY && this.floor === 0) {
        this.depth = this.floor = 1;
        return;
      }
      if (byte === OPEN_OBJECT && this.outer < 0) {
        this.document = this.depth + 1;
        this.expectsKey = true;
      }
    } else if (byte === OPEN_ARRAY && this.used === this.recordsAt && this.depth === this.document) {
      this.used = this.start;
      this.emptied = true;
      this.outer = this.floor;
      this.floor = ++this.depth;
      return;
    } else if (this.skipping === undefined && !OPENERS_FOLLOW.has(this.out[this.used - 1] ?? 0)) {
      // The end of the one before is missing: this starts another.
      this.breakOff('broken-json');
      return this.open(byte);
    }
    this.depth++;
    if (this.depth - this.floor > this.limits.jsonDepth) this.skip('too-deep');
    this.append(byte);
  }

  private close(byte: number): void {
    if (this.depth > this.floor) {
      this.depth--;
      this.append(byte);
      if (this.depth === this.floor) this.finish();
      return;
    }
    if (this.used > this.start) this.emit();
    if (byte !== CLOSE_ARRAY || this.floor === 0) return this.append(byte);
    this.depth--;
    if (this.outer >= 0) {
      this.floor = this.outer;
      this.outer = -1;
    } else this.floor = 0;
  }

  private comma(): void {
    if (this.depth === this.floor) {
      if (this.used > this.start) this.emit();
      return;
    }
    this.append(COMMA);
    if (this.depth !== this.document || this.outer >= 0) return;
    this.expectsKey = true;
    if (this.emptied) this.used = this.start;
  }

  /** A record or a document is closed. */
  private finish(): void {
    if (this.outer >= 0) return this.emit();
    this.document = 0;
    if (this.emptied) {
      this.emptied = false;
      this.skipping = undefined;
      this.used = this.start;
    } else this.emit();
  }

  private emit(): void {
    this.records++;
    if (this.skipping !== undefined) {
      this.report(this.skipping);
      this.skipping = undefined;
      this.used = this.start;
      return;
    }
    this.out[this.used++] = NEWLINE;
    this.start = this.used;
  }

  private append(byte: number): void {
    if (this.skipping !== undefined) return;
    if (this.used - this.start >= this.limits.lineBytes) return this.skip('too-long');
    this.out[this.used++] = byte;
  }

  private skip(code: BrokenRecord['code']): void {
    this.used = this.start;
    // What a document has beside its records is not looked at.
    if (!this.emptied || this.outer >= 0) this.skipping ??= code;
  }

  /** Gives up the record at hand, and where a document is broken outside of its records, the document. */
  private breakOff(code: BrokenRecord['code']): void {
    this.records++;
    this.report(code);
    this.used = this.start;
    this.inString = this.escaped = false;
    this.skipping = undefined;
    this.depth = this.floor;
    if (this.outer >= 0) return;
    this.emptied = false;
    this.document = 0;
  }

  private report(code: BrokenRecord['code']): void {
    this.onBroken({ record: this.records, code, message: this.messages[code] });
  }

  private get messages(): Readonly<Record<BrokenRecord['code'], string>> {
    return {
      'too-long': `the record is longer than ${this.limits.lineBytes} bytes`,
      'too-deep': `the record nests deeper than ${this.limits.jsonDepth} levels`,
      'broken-json': 'the record is no JSON: its end is missing',
    };
  }

  private key(): string {
    const text = this.out.subarray(this.keyStart, this.used - 2);
    return text.length <= LONGEST_KEY ? Buffer.from(text).toString('utf8') : '';
  }
}
