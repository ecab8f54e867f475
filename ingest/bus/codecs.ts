import { promisify } from 'node:util';
import { gzip, unzip } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { WayleaveError } from '../kernel/errors';
import { mostUnpacked } from './lz4-frame';

const pack = promisify(gzip);
const unpack = promisify(unzip);

/** Of one record batch. Ours hold one request each, of 64 MiB at the most, and a block is reckoned as if it were full. */
const BATCH_BYTES = 96 * 1024 * 1024;
/** Of all that a fetch brings: 16 MiB that shrank to a sixteenth. */
const FETCH_BYTES = 256 * 1024 * 1024;

/** kafkajs has one table of codecs for a whole process, and does not tell them what they unpack. */
let left = FETCH_BYTES;

/** Call it when a fetch begins; what the last one brought should be done with by then. */
export function beginFetch(): void {
  left = FETCH_BYTES;
}

/** LZ4, which kafkajs lacks, and gzip, which it unpacks without a limit. Anybody may have written what is on a topic. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    // Frames of independent blocks are what brokers insist on, and what lz4-napi writes.
    compress: ({ buffer }: { readonly buffer: Buffer }) => compressFrame(buffer),
    decompress: unpackLz4,
  });
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => pack(buffer),
    decompress: unpackGzip,
  });
}

/** @throws WayleaveError `bus-batch-too-large`; an error that ends the fetch here */
export async function unpackLz4(bytes: Buffer): Promise<Buffer> {
  const most = mostUnpacked(bytes);
  if (most > BATCH_BYTES) throw tooLarge();
  take(most);
  return decompressFrame(bytes);
}

/** @throws as `unpackLz4` */
export async function unpackGzip(bytes: Buffer): Promise<Buffer> {
  take(0);
  const unpacked = await unpack(bytes, { maxOutputLength: BATCH_BYTES }).catch((error: unknown) => {
    throw isTooLarge(error) ? tooLarge() : error;
  });
  left -= unpacked.length;
  return unpacked;
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(): WayleaveError {
  return new WayleaveError(
    `a record batch unpacks to more than ${BATCH_BYTES / 2 ** 20} MiB: move the group's offset past it, see docs/kafka.md`,
    { code: 'bus-batch-too-large' },
  );
}

/** Brokers cut off the last batch of an answer; kafkajs knows that by this name, and fetches from there the next time. */
class CutOff extends Error {
  override readonly name = 'KafkaJSPartialMessageError';
}

function take(bytes: number): void {
  if (bytes > left || left <= 0) throw new CutOff('what is fetched at once has been unpacked');
  left -= bytes;
}
