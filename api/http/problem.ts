import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
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
  'bad-conversation': 400,
  'bad-dismissal': 400,
  'bad-edit': 400,
  'bad-export': 400,
  'bad-filter': 400,
  'bad-inventory': 400,
  'bad-name': 400,
  'bad-page': 400,
  'bad-policy': 400,
  'bad-ruleset': 400,
  'import-differs': 422,
  'bad-scope': 400,
  'bad-quarantine': 400,
  'bad-split': 400,
  'bad-threat': 400,
  'bad-window': 400,
  'bad-wish': 400,
  'empty-scope': 400,
  'not-a-member': 400,
  'other-application': 400,
  'other-environment': 400,
  'other-kind': 400,
  unauthorized: 401,
  'not-found': 404,
  'no-conversation': 404,
  'no-topology': 404,
  'no-recommendation': 404,
  'unknown-application': 404,
  'unknown-decision': 404,
  'unknown-environment': 404,
  'unknown-finding': 404,
  'unknown-group': 404,
  'unknown-policy': 404,
  'unknown-revision': 404,
  'unknown-target': 404,
  'unknown-refusal': 404,
  'unknown-rule': 404,
  'unknown-threat': 404,
  'no-quarantine': 404,
  'unknown-workload': 404,
  'already-undone': 409,
  'ambiguous-id': 409,
  'ambiguous-group': 409,
  'ambiguous-policy': 409,
  'ambiguous-run': 409,
  'ambiguous-threat': 409,
  'ambiguous-workload': 409,
  'name-taken': 409,
  'no-conversations': 409,
  busy: 409,
  conflict: 409,
  drops: 409,
  'ends-most': 409,
  'export-differs': 409,
  gate: 409,
  'not-allowed': 409,
  'nothing-enforced': 409,
  'nothing-proposed': 409,
  'older-snapshot': 409,
  'server-store': 409,
  'too-many-decisions': 409,
  'too-many-events': 409,
  'too-many-policies': 409,
  'wrong-stage': 409,
  'nothing-stored': 409,
  'too-large': 413,
  'unsupported-encoding': 415,
  'empty-file': 422,
  'unknown-format': 422,
  'unknown-inventory': 422,
  'bad-fields': 422,
  'bad-parquet': 422,
  'no-space': 503,
  'spool-full': 503,
  'store-unavailable': 503,
};

export function sendProblem(response: Response, error: WayleaveError): void {
  const status = STATUS[error.code] ?? (error.retriable ? 503 : 500);
  if (status === 503) response.setHeader('Retry-After', '5');
  const problem = JSON.stringify({
    type: `urn:wayleave:problem:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    ...(Object.keys(error.where).length > 0 ? { where: error.where } : {}),
  });
  response.status(status).type('application/problem+json');
  if (isUnread(response.req)) answerUnread(response, problem);
  else response.send(problem);
}

/** Whether there is more of the body to come. A request without one is not complete yet while it is handed out. */
function isUnread({ complete, headers }: Request): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/** How long a sender may go on after it was refused. */
const LINGER_MS = 30_000;

/**
 * Answers a request whose body has not arrived in full. Closing the connection over unread bytes would reset it, and the
 * sender might never see the answer (RFC 9112, section 9.6): so the whole answer goes out, and what still comes is thrown
 * away until the sender has had enough, or time is up.
 */
function answerUnread(response: Response, body: string): void {
  response.setHeader('Connection', 'close');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.write(body);
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS).unref();
  response.req.once('close', end).resume();
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

/** What express says of a request that it cannot read. */
const UNREADABLE: ReadonlyMap<number, string> = new Map([
  [400, 'bad-request'],
  [413, 'too-large'],
  [415, 'unsupported-encoding'],
]);

function asWayleave(thrown: unknown): WayleaveError {
  if (thrown instanceof WayleaveError) return thrown;
  if (thrown instanceof z.ZodError) {
    const issues = thrown.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
    return new WayleaveError(issues.join('; '), { code: 'bad-request', cause: thrown });
  }
  if (thrown instanceof Error && 'status' in thrown) {
    const code = UNREADABLE.get(Number(thrown.status));
    const limit = 'limit' in thrown ? `; the body may have ${String(thrown.limit)} bytes` : '';
    if (code !== undefined) return new WayleaveError(`${thrown.message}${limit}`, { code, cause: thrown });
  }
  return new WayleaveError('something went wrong on our side; the log says what', { code: 'internal', cause: thrown });
}
