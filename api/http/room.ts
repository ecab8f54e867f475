import { WayleaveError } from '../../ingest/kernel/errors';
import type { Fullness } from '../../ingest/spool';

/**
 * Pushes back: asked before a body is read.
 *
 * @throws WayleaveError `spool-full` or `no-space`, both retriable
 */
export function requireRoom(full: Fullness | undefined): void {
  if (full === undefined) return;
  const code = full.cause === 'disk' ? 'no-space' : 'spool-full';
  throw new WayleaveError(`nothing is taken at present: ${full.reason}`, { code, retriable: true });
}
