import { codeOf, messageOf, WayleaveError } from '../kernel/errors';

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What may pass, in words that say what to do; everything else as it is. */
export function notRecorded(name: string, error: unknown): unknown {
  const code = DISK_FULL.has(codeOf(error)) ? 'no-space' : retriableCode(error);
  if (code === undefined) return error;
  const message = `${name} is not recorded: ${messageOf(error)}. Send it again: what is in already is not added twice`;
  return new WayleaveError(message, { code, retriable: true, where: { file: name }, cause: error });
}

function retriableCode(error: unknown): string | undefined {
  return error instanceof WayleaveError && error.retriable ? error.code : undefined;
}
