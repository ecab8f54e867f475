import { codeOf, messageOf, WayleaveError } from '../kernel/errors';

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Whether the same content may be taken later, because the fault is not its own: what the store refuses it may be told to
 * take, what cannot be opened may be given its permissions, or its file handle, and what nobody foresaw may pass.
 */
export function mayBeTakenLater(error: unknown): boolean {
  if (!(error instanceof WayleaveError)) return true;
  return error.retriable || error.code === 'unreadable-file' || error.code.startsWith('store-');
}

/** What may pass, in words that say what to do; everything else as it is. */
export function notRecorded(name: string, error: unknown): unknown {
  const code = DISK_FULL.has(codeOf(error)) ? 'no-space' : retriableCode(error);
  if (code === undefined) return error;
  const message = `${name} is not recorded: ${messageOf(error)}. Taking it again adds only what is missing`;
  return new WayleaveError(message, { code, retriable: true, where: { file: name }, cause: error });
}

function retriableCode(error: unknown): string | undefined {
  return error instanceof WayleaveError && error.retriable ? error.code : undefined;
}
