import type { Socket } from 'node:net';
import type { Sender } from '../decode/exporter';
import { IpfixStream } from '../decode/netflow/stream';
import { messageOf } from '../kernel/errors';
import type { Clock } from '../kernel/time';
import type { ConnectionEnd } from './health';

interface ConnectionEvents {
  take(message: Uint8Array, from: Sender): void;
  /** Called once. */
  ended(end: ConnectionEnd, reason: string): void;
}

/** An exporter's stream, as long as it lasts. */
export class Connection {
  readonly session: number;
  /** Epoch milliseconds. */
  heardAt: number;
  unfinishedSince: number | undefined;
  private readonly stream = new IpfixStream();
  private over = false;

  constructor(
    private readonly socket: Socket,
    from: Sender & { readonly session: number },
    private readonly clock: Clock,
    private readonly events: ConnectionEvents,
  ) {
    this.session = from.session;
    this.heardAt = clock().getTime();
    socket.on('data', (chunk: Buffer) => this.read(chunk, from));
    socket.on('error', (error) => this.end('failed', error.message));
    socket.on('close', () => {
      const { pending } = this.stream;
      if (pending > 0) this.end('failed', `it ended ${pending} bytes into a message`);
      else this.end('closed', 'by the exporter');
    });
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
    this.heardAt = this.clock().getTime();
    if (this.unfinishedSince !== undefined) this.unfinishedSince = this.heardAt;
    this.socket.resume();
  }

  end(end: ConnectionEnd, reason: string): void {
    if (this.over) return;
    this.over = true;
    this.socket.destroy();
    this.events.ended(end, reason);
  }

  private read(chunk: Uint8Array, from: Sender): void {
    if (this.over) return;
    this.heardAt = this.clock().getTime();
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
}
