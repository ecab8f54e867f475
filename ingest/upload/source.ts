import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync, constants } from 'node:zlib';
import { messageOf, WayleaveError } from '../kernel/errors';
import { recognise } from '../decode/registry';
import type { Format, Reject } from '../decode/format';

/** Enough for every format's recognition, and for the longest header line of a flow log. */
const HEAD_BYTES = 64 * 1024;

/** A file with flows in it, by content: what it is called only helps in messages. */
export interface Source {
  readonly name: string;
  readonly path: string;
  readonly gzip: boolean;
  readonly bytes: number;
  /** SHA-256 of the content as it is on disk, hex. */
  readonly digest: string;
  /** The first bytes, uncompressed. */
  readonly head: Uint8Array;
  readonly format: Format;
}

/** @throws WayleaveError `unreadable-file`, `empty-file` or `unknown-format` */
export async function openSource(path: string, name = path): Promise<Source> {
  const { first, bytes } = await readFirst(path, name);
  if (bytes === 0) throw new WayleaveError(`${name} is empty`, { code: 'empty-file', where: { file: name } });
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const head = gzip ? gunzipHead(first, name) : first;
  if (head.length === 0)
    throw new WayleaveError(`${name} is an empty archive`, { code: 'empty-file', where: { file: name } });
  const format = recognise(head);
  if (!format) {
    const start = Buffer.from(head.subarray(0, 16)).toString('hex');
    throw new WayleaveError(
      `${name} is in no format we know (it starts with ${start}); \`wayleave formats\` lists them`,
      {
        code: 'unknown-format',
        where: { file: name },
      },
    );
  }
  return { name, path, gzip, bytes, head, format, digest: await digestOf(path) };
}

async function readFirst(path: string, name: string): Promise<{ first: Uint8Array; bytes: number }> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Error('not a regular file');
      const buffer = new Uint8Array(Math.min(HEAD_BYTES, stat.size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return { first: buffer.subarray(0, bytesRead), bytes: stat.size };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new WayleaveError(`cannot read ${name}: ${messageOf(cause)}`, {
      code: 'unreadable-file',
      where: { file: name },
      cause,
    });
  }
}

function gunzipHead(first: Uint8Array, name: string): Uint8Array {
  try {
    // A sync flush gives what the cut-off beginning holds, instead of an error for its missing end.
    return gunzipSync(first, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 }).subarray(
      0,
      HEAD_BYTES,
    );
  } catch (cause) {
    throw new WayleaveError(`${name} starts like gzip but cannot be decompressed: ${messageOf(cause)}`, {
      code: 'unknown-format',
      where: { file: name },
      cause,
    });
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/**
 * The uncompressed content. A gzip stream that ends or breaks early ends the chunks there, and `onBroken` hears why:
 * what came before it is good.
 */
export async function* contentOf(source: Source, onBroken: (reject: Reject) => void): AsyncGenerator<Uint8Array> {
  const file = createReadStream(source.path, { highWaterMark: 1 << 20 });
  if (!source.gzip) return yield* file;
  let bytes = 0;
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    onBroken({ code: 'broken-gzip', message: `gzip breaks off: ${messageOf(error)}`, where: { byte: bytes } });
  } finally {
    file.destroy();
  }
}

/** Writes as much of a broken archive as can be decompressed to `target`. */
export async function salvage(source: Source, target: string, onBroken: (reject: Reject) => void): Promise<void> {
  await pipeline(contentOf(source, onBroken), createWriteStream(target, { mode: 0o600 }));
}
