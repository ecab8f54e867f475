import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { codeOf, messageOf } from '../kernel/errors';
import type { Logger } from '../kernel/log';

export interface StateFile<State> {
  /** The state last written; `undefined` when there is none, or none that can be read. */
  read(): Promise<State | undefined>;
  /** All or nothing: a crash leaves the old state or the new one. */
  write(state: State): Promise<void>;
}

/**
 * A cursor on disk, `watch/<kind>-<hash of the source>.json` in the data directory. Losing it costs time only: files
 * are read again, and their content is known by its digest.
 */
export function createStateFile<State>(
  { data, kind, source }: { readonly data: string; readonly kind: string; readonly source: string },
  schema: z.ZodType<State>,
  log: Logger,
): StateFile<State> {
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const path = join(data, 'watch', `${kind}-${hash}.json`);
  return {
    async read() {
      try {
        return schema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') {
          log.warn({ source, path, reason: messageOf(error) }, 'the cursor cannot be read: files are looked at again');
        }
        return undefined;
      }
    },
    async write(state) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(state));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    },
  };
}
