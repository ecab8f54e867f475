import type { FlowColumnName } from '../../model/flow';
import type { RowBatch } from '../../model/rows';
import { compileTemplate } from './compile';
import type { TemplateDefinition } from './definition';
import { AT, CONTEXT, DATAGRAM_BYTES, MAX_SAMPLERS, MEMORY_PAGES, ROWS } from './memory';

/** Whose records they are. */
export interface Source {
  /** 16 bytes, network order. */
  readonly exporter: Uint8Array;
  readonly domain: number;
  /** One packet in how many, for records that do not say; 0 unknown. */
  readonly samplingRate: number;
  /** RFC 5103 biflowDirection, for records that do not say; 0 unknown. */
  readonly biflowDirection: number;
  /** By sampler id. */
  readonly samplers: ReadonlyMap<number, number>;
}

export interface Decoder {
  readonly layout: readonly FlowColumnName[];
  /** A record has at least so many bytes. */
  readonly shortest: number;
  /** See `TemplateCode.run`. */
  run(from: number, end: number, rows: number): number;
}

interface Decoded {
  /** Where the last whole record ended. */
  readonly at: number;
  readonly rows: number;
  /** Times that cannot be and were replaced. */
  readonly wildTimes: number;
}

/** Compiled layouts kept; one exporter model uses a handful. */
const MAX_DECODERS = 512;
const DAY_MICROS = 86_400_000_000;

const word = (offset: number): number => (CONTEXT + offset) / 4;
const RECEIVED = word(AT.received);
const EXPORTED = word(AT.exported);
const LATEST = word(AT.latest);
const UPTIME = word(AT.uptime);
const UPTIME_KNOWN = word(AT.uptimeKnown);
const ROW_COUNT = word(AT.rows);
const ROWS_STOP = word(AT.rowsEnd);
const WILD_TIMES = word(AT.wildTimes);

/** Runs compiled templates over datagrams, in one memory of 1.3 MB that all of them share. */
export class Machine {
  private readonly memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  private readonly bytes = new Uint8Array(this.memory.buffer);
  private readonly words = new Uint32Array(this.memory.buffer);
  private readonly decoders = new Map<string, Decoder | null>();

  /**
   * The decoder for templates of one layout, whoever sent them; compiled when its first data comes, and again if many
   * others came since. Templates must not keep it: this is what bounds the code that exporters can make us hold.
   *
   * @param key `layoutKey` of the definition
   * @returns null when its records are not flows
   */
  decoderFor(key: string, definition: TemplateDefinition): Decoder | null {
    const known = this.decoders.get(key);
    if (known !== undefined) return known;
    if (this.decoders.size >= MAX_DECODERS) this.forgetOldest();
    const decoder = this.instantiate(definition);
    this.decoders.set(key, decoder);
    return decoder;
  }

  /** Takes a datagram in; what follows reads it at its own offsets. */
  load(datagram: Uint8Array): void {
    this.bytes.set(datagram.length > DATAGRAM_BYTES ? datagram.subarray(0, DATAGRAM_BYTES) : datagram);
  }

  /** Rows from here on are this source's. */
  attribute({ exporter, domain, samplingRate, biflowDirection, samplers }: Source): void {
    const { words } = this;
    this.bytes.set(exporter, CONTEXT + AT.exporter);
    words[word(AT.domain)] = domain;
    words[word(AT.samplingRate)] = samplingRate;
    words[word(AT.biflowDirection)] = biflowDirection;
    const known = [...samplers].slice(-MAX_SAMPLERS);
    words[word(AT.samplers)] = known.length;
    known.flat().forEach((value, index) => (words[word(AT.samplerTable) + index] = value));
  }

  /**
   * Rows from here on were sent and received at these times.
   *
   * @param uptimeMillis how long the exporter had been up when it sent them (modulo 2^32), undefined when not known
   */
  stamp(receivedMicros: number, exportedMicros: number, uptimeMillis: number | undefined): void {
    this.setInt64(RECEIVED, receivedMicros);
    this.setInt64(EXPORTED, exportedMicros);
    this.setInt64(LATEST, receivedMicros + DAY_MICROS);
    this.words[UPTIME] = uptimeMillis ?? 0;
    this.words[UPTIME_KNOWN] = uptimeMillis === undefined ? 0 : 1;
  }

  /** Decodes the records between two offsets of the datagram into the batch. */
  decode(decoder: Decoder, from: number, end: number, batch: RowBatch): Decoded {
    let [total, wildTimes] = [0, 0];
    for (let at = from; ;) {
      at = decoder.run(at, end, ROWS);
      const rows = this.words[ROW_COUNT] ?? 0;
      if (rows === 0) return { at, rows: total, wildTimes };
      const stop = this.words[ROWS_STOP] ?? 0;
      batch.reserve(stop - ROWS);
      batch.bytes.set(this.bytes.subarray(ROWS, stop), batch.used);
      batch.used += stop - ROWS;
      batch.rows += rows;
      total += rows;
      wildTimes += this.words[WILD_TIMES] ?? 0;
      if (at + decoder.shortest > end) return { at, rows: total, wildTimes };
    }
  }

  private instantiate(definition: TemplateDefinition): Decoder | null {
    const code = compileTemplate(definition);
    if (!code) return null;
    const host = { memory: this.memory };
    const { run } = new WebAssembly.Instance(new WebAssembly.Module(code.module), { host }).exports;
    if (!run) throw new TypeError('a compiled template has no entry');
    return { layout: code.layout, shortest: code.shortest, run };
  }

  private forgetOldest(): void {
    for (const key of this.decoders.keys()) {
      this.decoders.delete(key);
      return;
    }
  }

  /** Float64 holds microseconds exactly until 2255, and storing takes any number modulo 2^32. */
  private setInt64(at: number, micros: number): void {
    this.words[at] = micros;
    this.words[at + 1] = micros / 0x1_0000_0000;
  }
}
