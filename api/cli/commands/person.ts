import { userInfo } from 'node:os';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Session } from '../session';

/** Who runs a command: as they say, or else as the operating system does. @throws WayleaveError `no-decider` */
export function personOf({ terminal }: Session, by: string | undefined): string {
  return by ?? terminal.env.USER ?? userName();
}

/** In a container a user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new WayleaveError('the operating system knows no name of whoever decides; expected --by <name>', {
      code: 'no-decider',
      cause: error,
    });
  }
}
