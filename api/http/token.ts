import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { codeOf, WayleaveError } from '../../ingest/kernel/errors';
import { sendProblem } from './problem';

/** The API token of a data directory, created at first start and readable by its owner only. */
export function tokenOf(data: string): string {
  const file = join(data, 'token');
  try {
    writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
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
