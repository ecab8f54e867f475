import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../../ingest/kernel/errors';
import type { Logger } from '../../ingest/kernel/log';

/** RFC 9457. `code` is our extension: the same stable word as in the logs and on the command line. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  where: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** Errors a caller can do something about; everything else is ours, a 500. */
const STATUS: Readonly<Record<string, number>> = {
  'bad-request': 400,
  'broken-off': 400,
  'bad-address': 400,
  'bad-inventory': 400,
  unauthorized: 401,
  'not-found': 404,
  'no-topology': 404,
  'no-recommendation': 404,
  'no-conversations': 409,
  busy: 409,
  'export-differs': 409,
  'too-large': 413,
  'unsupported-encoding': 415,
  'empty-file': 422,
  'unknown-format': 422,
  'bad-fields': 422,
  'bad-parquet': 422,
  'no-space': 503,
  'store-unavailable': 503,
};

const REFUSED_UNREAD = new Set(['too-large', 'unsupported-encoding', 'no-space']);

export function sendProblem(response: Response, error: WayleaveError): void {
  const status = STATUS[error.code] ?? 500;
  if (status === 503) response.setHeader('Retry-After', '5');
  // The rest of a refused body is not read, so the connection is of no further use.
  if (REFUSED_UNREAD.has(error.code)) response.setHeader('Connection', 'close');
  response
    .status(status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:wayleave:problem:${error.code}`,
        title: STATUS_CODES[status] ?? 'Error',
        status,
        detail: error.message,
        code: error.code,
        ...(Object.keys(error.where).length > 0 ? { where: error.where } : {}),
      }),
    );
}

export const notFound: RequestHandler = (request, response) => {
  sendProblem(response, new WayleaveError(`there is no ${request.method} ${request.path}`, { code: 'not-found' }));
};

export function problemHandler(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asWayleave(thrown);
    if (STATUS[error.code] === undefined)
      log.error(
        { method: request.method, path: request.path, code: error.code, reason: messageOf(thrown) },
        'request failed',
      );
    sendProblem(response, error);
  };
}

function asWayleave(thrown: unknown): WayleaveError {
  if (thrown instanceof WayleaveError) return thrown;
  if (thrown instanceof z.ZodError) {
    const issues = thrown.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
    return new WayleaveError(issues.join('; '), { code: 'bad-request', cause: thrown });
  }
  if (thrown instanceof Error && 'status' in thrown && thrown.status === 400) {
    return new WayleaveError(thrown.message, { code: 'bad-request', cause: thrown });
  }
  return new WayleaveError('something went wrong on our side; the log says what', { code: 'internal', cause: thrown });
}
