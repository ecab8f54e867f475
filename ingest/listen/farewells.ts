import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Linux sends a FIN again after 200 ms, 600 ms, 1.4 s and so on, eight times in a minute. */
const CONFIRMED_MS = 60_000;
/** Sockets that are kept for it; the oldest gives way. */
const MOST_HELD = 1024;

/**
 * How the TCP connections of a listener are closed, whoever closes them: we, Node, or TLS above. By a reset, unless they
 * were acknowledged. Those outlive their FIN, which Node would have closed right after it: a socket that is reset on close
 * forgets what it has sent when it is closed, and a FIN that was lost would not be sent again.
 */
export class Farewells {
  private readonly held = new Map<Socket, () => void>();

  constructor(private readonly most = MOST_HELD) {}

  /** From now on it is reset when it is destroyed. */
  watch(socket: Socket): void {
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      socket.destroy = destroy;
      // With an error of its own it is dead already, and cannot be reset any more.
      return error !== undefined || this.held.has(socket) ? destroy(error) : socket.resetAndDestroy();
    };
  }

  /** To be called before it is shut down in acknowledgement: it is closed when the FIN had time to be confirmed. */
  hold(socket: Socket): void {
    const closeNow = socket._destroy.bind(socket);
    let close: (() => void) | undefined;
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      clearTimeout(timer);
      if (close) close();
      else socket.destroy();
      this.held.delete(socket);
    };
    const timer = setTimeout(release, CONFIRMED_MS).unref();
    // Asynchronous by its contract: until it calls back the handle, and with it the descriptor, stays open.
    socket._destroy = (error, done) => {
      close = () => closeNow(error, done);
      if (error) release();
      else if (!held) close();
    };
    this.held.set(socket, release);
    const [oldest] = this.held.values();
    if (this.held.size > this.most) oldest?.();
  }

  /** Closes what is held, after so long if there is any. */
  async end(millis: number): Promise<void> {
    if (this.held.size > 0) await sleep(millis, undefined, { ref: false });
    for (const release of this.held.values()) release();
  }
}
