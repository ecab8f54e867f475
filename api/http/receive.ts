import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { codeOf, messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Space } from '../../ingest/spool';

/** How much of a body may arrive between two looks at the disk. */
const LOOK_BYTES = 64 * 1024 * 1024;

export interface ReceiveOptions {
  readonly folder: string;
  /** Bytes. */
  readonly limit: number;
  /** As announced, in bytes; what is announced too large is not read. */
  readonly length?: number | undefined;
  readonly space: Space;
}

/**
 * Streams a body into a file of its own, readable by its owner only, for as long as `use` needs it. Whatever happens,
 * nothing is left behind.
 *
 * @throws WayleaveError `too-large` as soon as the limit is passed, `no-space` when the disk fills up, and
 * `broken-off` when the sender goes away
 */
export async function withReceived<T>(
  body: AsyncIterable<string | Buffer>,
  options: ReceiveOptions,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const { folder, length = 0 } = options;
  if (length > options.limit) throw tooLarge(options.limit);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await options.space.require(folder, length);
  const path = join(folder, randomUUID());
  try {
    await pipeline(bounded(body, options), createWriteStream(path, { mode: 0o600, flags: 'wx' })).catch(named);
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

async function* bounded(
  body: AsyncIterable<string | Buffer>,
  { folder, limit, space }: ReceiveOptions,
): AsyncGenerator<string | Buffer> {
  let bytes = 0;
  let looked = 0;
  for await (const chunk of body) {
    bytes += Buffer.byteLength(chunk);
    if (bytes > limit) throw tooLarge(limit);
    if (bytes - looked >= LOOK_BYTES) {
      await space.require(folder, 0);
      looked = bytes;
    }
    yield chunk;
  }
}

function tooLarge(limit: number): WayleaveError {
  return new WayleaveError(`the upload is larger than ${limit} bytes; \`http.uploadLimitMiB\` sets the limit`, {
    code: 'too-large',
    where: { limit },
  });
}

function named(error: unknown): never {
  const code = codeOf(error);
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    throw new WayleaveError('the sender went away before the end; nothing was kept', {
      code: 'broken-off',
      cause: error,
    });
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    throw new WayleaveError(`the upload cannot be kept: ${messageOf(error)}`, {
      code: 'no-space',
      retriable: true,
      cause: error,
    });
  }
  throw error;
}
