import { createReadStream } from 'node:fs';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { Reject } from '../decode/format';
import { messageOf, WayleaveError } from '../kernel/errors';
import type { Compression } from '../store';
import { tooLarge, type UploadLimits } from './limits';

/** RFC 1952 and RFC 8878: magic numbers, and a zstd file may start with one of 16 kinds of skippable frame. */
export function compressionOf(first: Uint8Array): Compression {
  const [a, b, c, d] = first;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (b === 0xb5 && c === 0x2f && d === 0xfd && a === 0x28) return 'zstd';
  if (b === 0x2a && c === 0x4d && d === 0x18 && a !== undefined && a >> 4 === 5) return 'zstd';
  return 'none';
}

/** A file, and how to read it. */
export interface Compressed {
  readonly name: string;
  readonly path: string;
  readonly compression: Compression;
  /** Size on disk. */
  readonly bytes: number;
}

/** Small pieces bound what one push can give: a block of four bytes may stand for 128 KiB (RFC 8878, 3.1.1.2). */
const ZSTD_PIECE = 4096;

/**
 * The first decompressed bytes, `count` at the most, from the first bytes of a file.
 *
 * @throws WayleaveError `unknown-format` when nothing can be decompressed
 */
export function decompressedHead(first: Uint8Array, compression: Compression, count: number, name: string): Uint8Array {
  if (compression === 'none') return first.subarray(0, count);
  try {
    // A sync flush gives what the cut-off beginning holds, instead of an error for its missing end.
    if (compression === 'zstd') return zstdHead(first, count);
    return gunzipSync(first, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1032 * first.length }).subarray(
      0,
      count,
    );
  } catch (cause) {
    throw new WayleaveError(`${name} starts like ${compression} but cannot be decompressed: ${messageOf(cause)}`, {
      code: 'unknown-format',
      where: { file: name },
      cause,
    });
  }
}

function zstdHead(first: Uint8Array, count: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const seen = { bytes: 0 };
  const zstd = new Decompress((part) => {
    // What comes in one push once there is enough is not kept.
    if (seen.bytes < count) parts.push(part);
    seen.bytes += part.length;
  });
  try {
    for (let at = 0; at < first.length && seen.bytes < count; at += ZSTD_PIECE) {
      zstd.push(first.subarray(at, at + ZSTD_PIECE));
    }
    // The decoder keeps the last bytes back until it hears that there are no more.
    if (seen.bytes < count) zstd.push(new Uint8Array(0), true);
  } catch (error) {
    if (seen.bytes === 0) throw error;
  }
  return Buffer.concat(parts).subarray(0, count);
}

/**
 * The decompressed content. A stream that ends or breaks early ends the chunks there, and `onBroken` hears why: what came
 * before it is good.
 *
 * @throws WayleaveError `too-large` as soon as it is more than the limits allow; what reading the file throws
 */
export async function* decompressed(
  file: Compressed,
  limits: UploadLimits,
  onBroken: (reject: Reject) => void,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file.path, { highWaterMark: 1 << 20 });
  if (file.compression === 'none') return yield* source;
  let bytes = 0;
  try {
    for await (const chunk of file.compression === 'gzip' ? gunzip(source) : unzstd(source)) {
      bytes += chunk.length;
      const reason = tooLarge(bytes, file.bytes, limits);
      if (reason !== undefined) throw tooLargeError(file.name, reason);
      yield chunk;
    }
  } catch (error) {
    // A disk that cannot be read says nothing of the content.
    if (error instanceof WayleaveError || source.errored) throw error;
    onBroken({
      code: `broken-${file.compression}`,
      message: `${file.compression} breaks off: ${messageOf(error)}`,
      where: { byte: bytes },
    });
  } finally {
    source.destroy();
  }
}

export function tooLargeError(name: string, reason: string): WayleaveError {
  return new WayleaveError(`${name} is refused: ${reason}`, { code: 'too-large', where: { file: name } });
}

function gunzip(source: ReturnType<typeof createReadStream>): AsyncIterable<Uint8Array> {
  const stream = createGunzip({ chunkSize: 1 << 18 });
  source.on('error', (error) => stream.destroy(error)).pipe(stream);
  return stream;
}

async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zstd = new Decompress((part) => ready.push(part));
  const taken = (): Uint8Array[] => ready.splice(0);
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += ZSTD_PIECE) {
      zstd.push(chunk.subarray(at, at + ZSTD_PIECE));
      yield* taken();
    }
  }
  zstd.push(new Uint8Array(0), true);
  yield* taken();
}
