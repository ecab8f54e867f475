import { createDatagramDecoder } from '../decode/datagram';
import type { DecodedFormat, RowSink } from '../decode/format';
import { IpfixStream } from '../decode/netflow/stream';
import { ADDRESS_BYTES } from '../kernel/ip';
import { WayleaveError } from '../kernel/errors';
import { RowBatches } from '../model/rows';
import { DECODED } from './corpus';
import type { Random } from './random';

/** Something that takes bytes from outside. */
export interface Target {
  readonly name: string;
  /** @returns rows made of the bytes. Whatever it throws is a failure. */
  take(bytes: Uint8Array): Promise<number>;
}

/** When the made datagrams were sent. */
const RECEIVED_MICROS = 1_700_000_000_000_000;

/** Decoders, new: the ones of datagrams remember what the inputs of a round told them. */
export function createTargets(random: Random): Target[] {
  return [datagrams(random), connection(random), ...DECODED.map((format) => fileOf(format, random))];
}

function datagrams(random: Random): Target {
  const decoder = createDatagramDecoder();
  const batches = new RowBatches();
  return {
    name: 'datagram',
    take(bytes) {
      const address = new Uint8Array(ADDRESS_BYTES).fill(random.below(3));
      decoder.decode(bytes, { address }, RECEIVED_MICROS + random.below(20_000) * 1e6, batches);
      if (random.below(20) === 0) decoder.settle();
      decoder.health();
      decoder.takeNames();
      return Promise.resolve(clear(batches));
    },
  };
}

/** IPFIX over TCP: the bytes arrive in pieces, and the first that is no message ends the connection. */
function connection(random: Random): Target {
  const decoder = createDatagramDecoder();
  const batches = new RowBatches();
  let session = 0;
  return {
    name: 'ipfix-stream',
    take(bytes) {
      const stream = new IpfixStream();
      const from = { address: new Uint8Array(ADDRESS_BYTES), session: session++ };
      try {
        for (const chunk of chunksOf(bytes, random)) {
          for (const message of stream.push(chunk)) decoder.decode(message, from, RECEIVED_MICROS, batches);
        }
      } catch (error) {
        if (!(error instanceof WayleaveError)) throw error;
      }
      decoder.end(from.session);
      return Promise.resolve(clear(batches));
    },
  };
}

function fileOf(format: DecodedFormat, random: Random): Target {
  return {
    name: format.name,
    async take(bytes) {
      const batches = new RowBatches();
      const sink: RowSink = { batches, receivedMicros: RECEIVED_MICROS, drain: () => Promise.resolve() };
      format.recognise(bytes);
      await format.read(later(chunksOf(bytes, random)), sink);
      return clear(batches);
    },
  };
}

function clear(batches: RowBatches): number {
  const { rows } = batches;
  for (const batch of batches.filled()) batch.clear();
  return rows;
}

function* chunksOf(bytes: Uint8Array, random: Random): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length;) {
    const size = random.pick([7, 100, 1500, 0x1_0000]);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield Promise.resolve(item);
}
