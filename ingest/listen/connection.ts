import type { Socket } from 'node:net';
import type { Sender } from '../decode/exporter';
import { IpfixStream } from '../decode/netflow/stream';
import { messageOf } from '../kernel/errors';
import type { SteadyClock } from '../kernel/time';
import type { ConnectionEnd } from './health';

interface ConnectionEvents {
  take(message: Uint8Array, from: Sender): void;
  /** Nothing more comes. @returns false when not all that came can be taken */
  finish(): boolean;
  /** Calls back once all that was taken is safe. */
  whenSafe(done: () => void): void;
  /** Its FIN, which acknowledges, is about to be sent. */
  acknowledging(): void;
  /** Called once. */
  ended(end: ConnectionEnd, reason: string): void;
}

/**
 * An exporter's stream, as long as it lasts. IPFIX over TCP acknowledges nothing, and what TCP acknowledges has reached
 * our memory only. So our FIN does: it is the answer to the exporter's, and is sent when all that came before is safe.
 * Whatever else ends a connection resets it.
 */
export class Connection {
  readonly session: number;
  /** By the steady clock. */
  heardAt: number;
  unfinishedSince: number | undefined;
  /** The exporter has shut down its side, and waits for us. */
  finished = false;
  private readonly stream = new IpfixStream();
  private over = false;

  /** @param socket that allows for half-open connections, and is reset when it is destroyed before it is acknowledged */
  constructor(
    private readonly socket: Socket,
    from: Sender & { readonly session: number },
    private readonly steady: SteadyClock,
    private readonly events: ConnectionEvents,
  ) {
    this.session = from.session;
    this.heardAt = steady();
    socket.on('data', (chunk: Buffer) => this.read(chunk, from));
    socket.on('end', () => this.answer());
    socket.on('error', (error) => this.end('failed', error.message));
    socket.on('close', () => this.end('failed', 'it broke off'));
  }

  get paused(): boolean {
    return this.socket.isPaused();
  }

  /** Stops reading: the exporter waits, as TCP has it. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    // Its own silence was not the exporter's.
    this.heardAt = this.steady();
    if (this.unfinishedSince !== undefined) this.unfinishedSince = this.heardAt;
    this.socket.resume();
  }

  /** Resets it, unless it is over. */
  end(end: ConnectionEnd, reason: string): void {
    if (this.over) return;
    this.over = true;
    this.socket.destroy();
    this.events.ended(end, reason);
  }

  private read(chunk: Uint8Array, from: Sender): void {
    if (this.over) return;
    this.heardAt = this.steady();
    const before = this.stream.offset;
    try {
      for (const message of this.stream.push(chunk)) this.events.take(message, from);
    } catch (error) {
      return this.end('not-ipfix', messageOf(error));
    }
    if (this.stream.pending === 0) this.unfinishedSince = undefined;
    // Since its first byte, not since the latest: a byte now and then must not keep a connection.
    else if (this.stream.offset > before || this.unfinishedSince === undefined) this.unfinishedSince = this.heardAt;
  }

  private answer(): void {
    const { pending } = this.stream;
    if (pending > 0) return this.end('failed', `it ended ${pending} bytes into a message`);
    if (!this.events.finish()) return this.end('too-many-templates', 'not all that it brought could be decoded');
    this.finished = true;
    this.events.whenSafe(() => {
      if (this.over) return;
      this.over = true;
      this.events.acknowledging();
      this.socket.end();
      this.events.ended('closed', 'by the exporter');
    });
  }
}
