import { address } from '../../frame/testing/frames';
import { be, join } from '../../testing/datagrams';

/** Builds sFlow datagrams, wrong ones too: nothing is checked. */

interface DatagramSpec {
  /** '' for none. */
  readonly agent?: string;
  readonly subAgent?: number;
  readonly sequence?: number;
  /** Milliseconds. */
  readonly uptime?: number;
  /** Samples stated, where that is not what follows. */
  readonly count?: number;
}

/** An XDR address. */
export function xdrAddress(text: string): Uint8Array {
  if (text === '') return be(0, 4);
  const bytes = address(text);
  return join(be(bytes.length === 4 ? 1 : 2, 4), bytes);
}

/** An XDR string or opaque: its length, and bytes padded to four. */
export function xdrText(content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return join(be(bytes.length, 4), bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}

export function sflow(spec: DatagramSpec, ...samples: readonly Uint8Array[]): Uint8Array {
  const { agent = '192.0.2.9', subAgent = 0, sequence = 1, uptime = 3_600_000, count = samples.length } = spec;
  const numbers = [subAgent, sequence, uptime, count].map((value) => be(value, 4));
  return join(be(5, 4), xdrAddress(agent), ...numbers, ...samples);
}

/** A sample or a record: type, length, content. */
export function structure(type: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = join(...content);
  return join(be(type, 4), be(body.length, 4), body);
}

interface SampleSpec {
  readonly sequence?: number;
  readonly sourceType?: number;
  readonly source?: number;
  readonly rate?: number;
  readonly drops?: number;
  /** As on the wire; of an expanded sample, format and value. */
  readonly input?: number;
  readonly inputFormat?: number;
  readonly output?: number;
  readonly outputFormat?: number;
  /** Why a packet was discarded. */
  readonly reason?: number;
}

const DEFAULTS: Required<SampleSpec> = {
  sequence: 1,
  sourceType: 0,
  source: 3,
  rate: 512,
  drops: 0,
  input: 3,
  inputFormat: 0,
  output: 4,
  outputFormat: 0,
  reason: 0,
};

const words = (...values: readonly number[]): Uint8Array => join(...values.map((value) => be(value, 4)));

export function flowSample(spec: SampleSpec, ...records: readonly Uint8Array[]): Uint8Array {
  const { sequence, sourceType, source, rate, drops, input, output } = { ...DEFAULTS, ...spec };
  const sourceId = sourceType * 0x100_0000 + source;
  return structure(1, words(sequence, sourceId, rate, 77, drops, input, output, records.length), ...records);
}

export function expandedFlowSample(spec: SampleSpec, ...records: readonly Uint8Array[]): Uint8Array {
  const { sequence, sourceType, source, rate, drops, input, inputFormat, output, outputFormat } = {
    ...DEFAULTS,
    ...spec,
  };
  const head = words(sequence, sourceType, source, rate, 77, drops, inputFormat, input, outputFormat, output);
  return structure(3, head, be(records.length, 4), ...records);
}

export function discardedSample(spec: SampleSpec, ...records: readonly Uint8Array[]): Uint8Array {
  const { sequence, sourceType, source, drops, input, output, reason } = { ...DEFAULTS, ...spec };
  return structure(5, words(sequence, sourceType, source, drops, input, output, reason, records.length), ...records);
}

export function counterSample(sequence = 1): Uint8Array {
  return structure(2, words(sequence, 3, 1), structure(1, new Uint8Array(88)));
}

/** The headers of a packet, as far as `cut`, of a frame from which a checksum was stripped. */
export function rawHeader(frame: Uint8Array, cut = frame.length, headerProtocol = 1): Uint8Array {
  return structure(1, words(headerProtocol, frame.length + 4, 4), xdrText(frame.subarray(0, cut)));
}
