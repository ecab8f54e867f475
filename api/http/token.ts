import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { WayleaveError } from '../../ingest/kernel/errors';
import { sendProblem } from './problem';

/** Less can be guessed; and an empty one would be what a request without a token sends. */
const SHORTEST = 16;

/**
 * The API token of a data directory, created at first start and readable by its owner only.
 *
 * @throws WayleaveError `bad-token` when the file holds none worth the name
 */
export function tokenOf(data: string): string {
  const file = join(data, 'token');
  if (!existsSync(file)) {
    // Whole or not at all: a process that is killed here must not leave an empty file.
    const fresh = join(data, `token.${randomBytes(8).toString('hex')}`);
    writeFileSync(fresh, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, file);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (/^\S+$/.test(token) && token.length >= SHORTEST) return token;
  throw new WayleaveError(
    `${file} must hold a token of ${SHORTEST} characters or more, without spaces; delete it to have one made`,
    {
      code: 'bad-token',
      where: { file },
    },
  );
}

/** RFC 6750 bearer token, compared in constant time. */
export function requireToken(token: string): RequestHandler {
  const expected = digest(token);
  return (request, response, next) => {
    const [, given = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (timingSafeEqual(digest(given), expected)) return next();
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendProblem(
      response,
      new WayleaveError(
        'this needs the API token: `Authorization: Bearer …`; it is in the file `token` of the data directory',
        { code: 'unauthorized' },
      ),
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
