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
  private readonly acknowledged = new WeakSet<Socket>();
  private readonly held = new Map<Socket, NodeJS.Timeout>();

  constructor(private readonly most = MOST_HELD) {}

  /** To be called first of all: has it closed as above when it is destroyed. */
  watch(socket: Socket): void {
    const destroy = socket.destroy.bind(socket);
    socket.destroy = (error) => {
      if (error === undefined && this.held.has(socket)) return socket;
      this.forget(socket);
      socket.destroy = destroy;
      // With an error of its own it is dead already, and cannot be reset any more.
      return error !== undefined || this.acknowledged.has(socket) ? destroy(error) : socket.resetAndDestroy();
    };
  }

  /** To be called before it is shut down in acknowledgement: it is closed once the FIN had time to be confirmed. */
  hold(socket: Socket): void {
    this.acknowledged.add(socket);
    this.held.set(socket, setTimeout(() => this.release(socket), CONFIRMED_MS).unref());
    const [oldest] = this.held.keys();
    if (oldest && this.held.size > this.most) this.release(oldest);
  }

  /** Closes what is held, after so long if there is any. */
  async end(millis: number): Promise<void> {
    if (this.held.size > 0) await sleep(millis, undefined, { ref: false });
    for (const socket of this.held.keys()) this.release(socket);
  }

  private release(socket: Socket): void {
    this.forget(socket);
    socket.destroy();
  }

  private forget(socket: Socket): void {
    clearTimeout(this.held.get(socket));
    this.held.delete(socket);
  }
}
