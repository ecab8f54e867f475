import type { FlowColumnName } from '../../model/flow';
import type { RowBatch } from '../../model/rows';
import { compileTemplate } from './compile';
import type { TemplateDefinition } from './definition';
import type { ImportName } from './imports';
import { AT, CONTEXT, DATAGRAM_BYTES, MAX_INTERFACE_RATES, MAX_SAMPLERS, MEMORY_PAGES, ROWS } from './memory';
import { packetReader } from './packets';

/** Whose records they are. */
export interface Source {
  /** 16 bytes, network order. */
  readonly exporter: Uint8Array;
  readonly domain: number;
  /** One packet in how many, for records that do not say; 0 unknown. */
  readonly samplingRate: number;
  /** RFC 5103 biflowDirection, for records that do not say; 0 unknown. */
  readonly biflowDirection: number;
  /** Sampling rates by sampler id. */
  readonly samplers: ReadonlyMap<number, number>;
  /** Sampling rates by interface, where they differ. */
  readonly interfaceRates: ReadonlyMap<number, number>;
}

/** What limits how many templates are compiled. */
interface Budget {
  /** @returns false when there is none left */
  spend(): boolean;
}

export interface Decoder {
  readonly layout: readonly FlowColumnName[];
  /** A record has at least so many bytes. */
  readonly shortest: number;
  /** See `TemplateCode.run`. */
  run(from: number, end: number, rows: number): number;
}

interface Compiled {
  /** null when the records are not flows. */
  readonly decoder: Decoder | null;
  used: boolean;
}

interface Decoded {
  /** Where the last whole record ended. */
  readonly at: number;
  readonly rows: number;
  /** Times that cannot be and were replaced. */
  readonly wildTimes: number;
  /** Records passed over: they hold a packet, and it is not IP. */
  readonly notIp: number;
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
const NOT_IP = word(AT.notIp);

/** Runs compiled templates over datagrams, in one memory of 1.3 MB that all of them share. */
export class Machine {
  private readonly memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  private readonly bytes = new Uint8Array(this.memory.buffer);
  private readonly words = new Uint32Array(this.memory.buffer);
  private readonly readPacket = packetReader(this.memory);
  private readonly decoders = new Map<string, Compiled>();

  /**
   * The decoder for templates of one layout, whoever sent them; compiled when its first data comes, and again if many
   * others came since. Templates must not keep it: this is what bounds the code that exporters can make us hold.
   *
   * @param key `layoutKey` of the definition
   * @param budget asked only if it has to be compiled
   * @returns null when its records are not flows, undefined when it may not be compiled now
   */
  decoderFor(key: string, definition: TemplateDefinition, budget: Budget): Decoder | null | undefined {
    const known = this.decoders.get(key);
    if (known !== undefined) {
      known.used = true;
      return known.decoder;
    }
    if (!budget.spend()) return undefined;
    if (this.decoders.size >= MAX_DECODERS) this.forgetUnused();
    const decoder = this.instantiate(definition);
    this.decoders.set(key, { decoder, used: false });
    return decoder;
  }

  /** Takes a datagram in; what follows reads it at its own offsets. */
  load(datagram: Uint8Array): void {
    this.bytes.set(datagram.length > DATAGRAM_BYTES ? datagram.subarray(0, DATAGRAM_BYTES) : datagram);
  }

  /** Rows from here on are this source's. */
  attribute({ exporter, domain, samplingRate, biflowDirection, samplers, interfaceRates }: Source): void {
    const { words } = this;
    this.bytes.set(exporter, CONTEXT + AT.exporter);
    words[word(AT.domain)] = domain;
    words[word(AT.samplingRate)] = samplingRate;
    words[word(AT.biflowDirection)] = biflowDirection;
    this.setRates(AT.samplers, AT.samplerTable, samplers, MAX_SAMPLERS);
    this.setRates(AT.interfaces, AT.interfaceTable, interfaceRates, MAX_INTERFACE_RATES);
  }

  /** Rows from here on were sampled so, unless they say otherwise. */
  sample(rate: number): void {
    this.words[word(AT.samplingRate)] = rate;
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
    let [total, wildTimes, notIp] = [0, 0, 0];
    for (let at = from; ;) {
      at = decoder.run(at, end, ROWS);
      const rows = this.words[ROW_COUNT] ?? 0;
      const passedOver = this.words[NOT_IP] ?? 0;
      const stop = this.words[ROWS_STOP] ?? 0;
      batch.reserve(stop - ROWS);
      batch.bytes.set(this.bytes.subarray(ROWS, stop), batch.used);
      batch.used += stop - ROWS;
      batch.rows += rows;
      total += rows;
      notIp += passedOver;
      wildTimes += this.words[WILD_TIMES] ?? 0;
      if (at + decoder.shortest > end || rows + passedOver === 0) return { at, rows: total, wildTimes, notIp };
    }
  }

  private instantiate(definition: TemplateDefinition): Decoder | null {
    const code = compileTemplate(definition);
    if (!code) return null;
    const host = { memory: this.memory, readPacket: this.readPacket } satisfies Record<'memory' | ImportName, unknown>;
    const { run } = new WebAssembly.Instance(new WebAssembly.Module(code.module), { host }).exports;
    if (!run) throw new TypeError('a compiled template has no entry');
    return { layout: code.layout, shortest: code.shortest, run };
  }

  /** The oldest that was not used since the last time round: a flood of templates does not displace those in use. */
  private forgetUnused(): void {
    for (const [key, compiled] of this.decoders) {
      this.decoders.delete(key);
      if (!compiled.used) return;
      compiled.used = false;
      this.decoders.set(key, compiled);
    }
  }

  private setRates(countAt: number, tableAt: number, rates: ReadonlyMap<number, number>, most: number): void {
    const known = [...rates].slice(-most);
    this.words[word(countAt)] = known.length;
    known.flat().forEach((value, index) => (this.words[word(tableAt) + index] = value));
  }

  /** Float64 holds microseconds exactly until 2255, and storing takes any number modulo 2^32. */
  private setInt64(at: number, micros: number): void {
    this.words[at] = micros;
    this.words[at + 1] = micros / 0x1_0000_0000;
  }
}
