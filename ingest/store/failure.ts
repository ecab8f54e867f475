import { codeOf, messageOf, WayleaveError } from '../kernel/errors';

/** Sockets, names and certificates: what lies between us and a server. */
const CONNECTION =
  /^(E(CONN\w+|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|(HOST|NET)(UNREACH|DOWN)|ADDRNOTAVAIL|PROTO)|HPE_\w+|Z_\w+|ERR_(SSL|TLS)_\w+|ERR_STREAM_PREMATURE_CLOSE|CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED_CERT\w*|HOSTNAME_MISMATCH)$/;
const CERTIFICATE = /^(CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED_CERT\w*|HOSTNAME_MISMATCH)$/;

const LOGIN = 'check store.user and store.password';
const DISK = 'there must be more room on its disk';
const SCHEMA = 'Wayleave makes its tables when it starts';

/**
 * Exceptions of ClickHouse that pass, or that a person puts right while we wait, and what that person should know.
 * Numbers as in its ErrorCodes.cpp.
 */
const PASSING: ReadonlyMap<number, string> = new Map([
  [3, ''], // UNEXPECTED_END_OF_FILE, between nodes
  [60, SCHEMA], // UNKNOWN_TABLE
  [74, ''], // CANNOT_READ_FROM_FILE_DESCRIPTOR
  [75, DISK], // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  [76, ''], // CANNOT_OPEN_FILE
  [81, SCHEMA], // UNKNOWN_DATABASE
  [95, ''], // CANNOT_READ_FROM_SOCKET
  [96, ''], // CANNOT_WRITE_TO_SOCKET
  [159, ''], // TIMEOUT_EXCEEDED
  [164, 'its user may only read'], // READONLY
  [173, ''], // CANNOT_ALLOCATE_MEMORY
  [192, LOGIN], // UNKNOWN_USER
  [193, LOGIN], // WRONG_PASSWORD
  [194, LOGIN], // REQUIRED_PASSWORD
  [198, ''], // DNS_ERROR
  [201, 'raise the quota of its user'], // QUOTA_EXCEEDED
  [202, ''], // TOO_MANY_SIMULTANEOUS_QUERIES
  [203, ''], // NO_FREE_CONNECTION
  [209, ''], // SOCKET_TIMEOUT
  [210, ''], // NETWORK_ERROR
  [218, ''], // TABLE_IS_DROPPED
  [225, 'replicated tables need Keeper'], // NO_ZOOKEEPER
  [236, ''], // ABORTED
  [241, ''], // MEMORY_LIMIT_EXCEEDED
  [242, 'it has lost Keeper'], // TABLE_IS_READ_ONLY
  [243, DISK], // NOT_ENOUGH_SPACE
  [252, 'its merges cannot keep up'], // TOO_MANY_PARTS
  [254, ''], // NO_ACTIVE_REPLICAS
  [279, ''], // ALL_CONNECTION_TRIES_FAILED
  [285, ''], // TOO_FEW_LIVE_REPLICAS
  [286, ''], // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  [289, ''], // REPLICA_IS_NOT_IN_QUORUM
  [319, ''], // UNKNOWN_STATUS_OF_INSERT
  [341, ''], // UNFINISHED
  [394, ''], // QUERY_WAS_CANCELLED
  [439, ''], // CANNOT_SCHEDULE_TASK
  [473, ''], // DEADLOCK_AVOIDED
  [497, 'grant it: see docs/clickhouse.md'], // ACCESS_DENIED
  [516, LOGIN], // AUTHENTICATION_FAILED
  [517, ''], // CANNOT_ASSIGN_ALTER
  [519, ''], // ALL_REPLICAS_ARE_STALE and the like
  [701, 'check store.cluster'], // CLUSTER_DOESNT_EXIST
  [745, ''], // SERVER_OVERLOADED
  [999, ''], // KEEPER_EXCEPTION
  [1001, ''], // STD_EXCEPTION, such as bad_alloc
]);

/** What an engine says of bytes that are not the rows they should be. */
const UNREADABLE: ReadonlySet<number> = new Set([
  6, 26, 27, 32, 33, 38, 41, 72, 117, 128, 130, 131, 376, 441, 467, 675, 676, 691,
]);

/** Whether the store will never take what it was given: its bytes are to blame, and no repetition can help. */
export function isUnreadable(error: unknown): error is WayleaveError {
  return error instanceof WayleaveError && blamesBytes(error.cause);
}

function blamesBytes(cause: unknown): boolean {
  const exception = exceptionOf(cause);
  // A view that somebody put on the table may not digest rows that are in by now.
  return exception !== undefined && UNREADABLE.has(exception) && !/pushing to view/.test(messageOf(cause));
}

/**
 * What went wrong with a statement: `store-unavailable`, retriable, where the store cannot take it at present, else
 * `store-query`. The same exception reads the same from a server and from the embedded engine.
 */
export function storeError(sql: string, cause: unknown): WayleaveError {
  const statement = sql.replaceAll(/\s+/g, ' ').trim().slice(0, 120);
  const exception = exceptionOf(cause);
  const reason = exception === undefined ? connectionTrouble(cause) : passingTrouble(exception, cause);
  if (reason !== undefined)
    return new WayleaveError(reason, { code: 'store-unavailable', retriable: true, where: { statement }, cause });
  return new WayleaveError(`ClickHouse refused "${statement}": ${told(cause)}`, {
    code: 'store-query',
    cause,
    where: { statement },
  });
}

/** The same of a segment being loaded: `bad-segment` where no repetition can bring its rows in. */
export function loadError(segment: string, sql: string, cause: unknown): WayleaveError {
  if (!blamesBytes(cause)) return storeError(sql, cause);
  return new WayleaveError(`ClickHouse cannot read the rows of segment ${segment}: ${told(cause)}`, {
    code: 'bad-segment',
    where: { segment },
    cause,
  });
}

/** The analyser repeats the whole statement, tens of kilobytes, after what is wrong with it; all of it is in the cause. */
const LONGEST_TOLD = 500;

function told(cause: unknown): string {
  const message = messageOf(cause).trim();
  return message.length > LONGEST_TOLD ? `${message.slice(0, LONGEST_TOLD)}…` : message;
}

/** A client puts the number into `code`; where an answer broke off, it is in the text that did not fit. */
function exceptionOf(cause: unknown): number | undefined {
  const code = codeOf(cause);
  if (/^\d+$/.test(code)) return Number(code);
  const found = /\bCode: (\d+)\./.exec(messageOf(cause));
  return found ? Number(found[1]) : undefined;
}

function passingTrouble(exception: number, cause: unknown): string | undefined {
  const text = messageOf(cause).trim();
  const advice = /No space left on device/.test(text) ? DISK : PASSING.get(exception);
  if (advice === undefined) return undefined;
  return `ClickHouse cannot do it at present: ${text} (code ${exception})${advice === '' ? '' : `; ${advice}`}`;
}

/** ClickHouse did not get to answer, or something in between answered for it. */
function connectionTrouble(cause: unknown): string | undefined {
  const code = codeOf(cause);
  const text = messageOf(cause).trim();
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'ClickHouse cannot be trusted: its certificate is for another name than that in store.url';
  if (CERTIFICATE.test(code))
    return `ClickHouse cannot be trusted (${code}): name the authority that signed its certificate in store.tls.ca`;
  if (CONNECTION.test(code)) return `ClickHouse cannot be reached (${code})`;
  if (text.includes('Timeout error')) return 'ClickHouse cannot be reached (timeout)';
  const isJson = nameOf(cause) === 'SyntaxError' && text.includes('JSON');
  if (isJson || text === 'aborted') return 'the answer of ClickHouse broke off';
  // The client gives the text of any answer that is not in ClickHouse's words as a plain error.
  if (nameOf(cause) === 'Error' && code === '')
    return `something that is not ClickHouse answered for it: "${text.replaceAll(/\s+/g, ' ').slice(0, 120)}"`;
  return undefined;
}

function nameOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';
}
