import { spawnSync } from 'node:child_process';
import type { Server } from 'node:net';
import { messageOf } from '../kernel/errors';

const SCRIPT = "new (require('node:net').Socket)({ fd: 3 }).resetAndDestroy()";
const MOST_MILLIS = 10_000;

/**
 * Has the kernel reset the connections of a listening socket, accepted from now on, when they are closed without having
 * been shut down. Otherwise it sends a FIN when our process is killed, which an exporter could not tell from the one that
 * acknowledges.
 *
 * That is SO_LINGER with a time of 0, which accepted sockets inherit (Linux, the BSDs). Node sets it only in
 * `resetAndDestroy`, on a socket that it closes thereby. But the option belongs to the socket, not to the descriptor, so
 * another process closes a descriptor of its own.
 *
 * @returns why it could not be done, undefined when it was
 */
export function resetOnClose(server: Server): string | undefined {
  // Undocumented, as is every other way to a descriptor of net.
  const handle: unknown = Reflect.get(server, '_handle');
  const fd = typeof handle === 'object' && handle !== null ? (Reflect.get(handle, 'fd') as unknown) : undefined;
  if (typeof fd !== 'number' || fd < 0) return 'this system does not tell the descriptor of a socket';
  const { status, signal, error } = spawnSync(process.execPath, ['-e', SCRIPT], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    env: { ...process.env, NODE_OPTIONS: '' },
    timeout: MOST_MILLIS,
  });
  if (error) return messageOf(error);
  return status === 0 ? undefined : `${process.execPath} ended with ${signal ?? status}`;
}
