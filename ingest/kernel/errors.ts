/** Where something went wrong, in the words of whoever has to fix it: a file, a line, a byte offset, a path in the config. */
export type Where = Readonly<Record<string, string | number>>;

export interface ErrorDetails {
  /** Stable, machine-readable: what API clients and tests match on. */
  readonly code: string;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retriable?: boolean;
  readonly where?: Where;
  readonly cause?: unknown;
}

/** The one error base. `message` says what, where and what was expected; `code` says which. */
export class WayleaveError extends Error {
  readonly code: string;
  readonly retriable: boolean;
  readonly where: Where;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'WayleaveError';
    this.code = details.code;
    this.retriable = details.retriable ?? false;
    this.where = details.where ?? {};
  }
}

/** The text of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** `ENOSPC`, `ECONNREFUSED`, and the like; empty when what was thrown carries no code. */
export function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
}
