import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { WayleaveError } from '../../ingest/kernel/errors';

/**
 * Streams a request body into a file of its own for as long as `use` needs it.
 *
 * @param limit bytes
 * @throws WayleaveError `too-large` as soon as the limit is passed; nothing is kept
 */
export async function withReceived<T>(
  body: Readable,
  folder: string,
  limit: number,
  use: (path: string) => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  try {
    await pipeline(body, atMost(limit), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}

function atMost(limit: number) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) {
        throw new WayleaveError(`the upload is larger than ${limit} bytes; \`http.uploadLimitMiB\` sets the limit`, {
          code: 'too-large',
          where: { limit },
        });
      }
      yield chunk;
    }
  };
}
