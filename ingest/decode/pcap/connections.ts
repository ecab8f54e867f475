import { WayleaveError } from '../../kernel/errors';
import { LruMap } from '../netflow/lru';
import { recogniseExport } from '../netflow/recognise';
import { IpfixStream } from '../netflow/stream';
import type { Segment } from './packet';

/** Connections followed at a time, and segments kept of each while an earlier one is missing: at most 64 KiB each. */
const MOST_CONNECTIONS = 64;
const MOST_AHEAD = 32;

interface Connection {
  /** Never used again, as `Sender` has it. */
  readonly session: number;
  stream: IpfixStream;
  /** Whether the stream stands where a message goes on or starts; after a gap it must find the start of one. */
  aligned: boolean;
  /** Sequence number of the next byte. */
  next: number;
  ahead: Segment[];
}

interface ConnectionEvents {
  /** Bytes that could not be taken, and why. */
  reject(code: string, message: string): void;
  end(session: number): void;
}

interface Message {
  readonly bytes: Uint8Array;
  readonly session: number;
}

/** Puts the TCP segments of IPFIX connections back in order, and cuts them into messages (RFC 7011 section 10.4). */
export class Connections {
  private readonly connections: LruMap<string, Connection>;
  private sessions = 0;

  constructor(private readonly events: ConnectionEvents) {
    this.connections = new LruMap(MOST_CONNECTIONS, (connection) => this.close(connection));
  }

  /**
   * @returns the messages that are complete with this segment, each valid until the next is asked for; undefined for a
   *   segment of a connection that carries no IPFIX as far as was seen
   */
  add(segment: Segment): Generator<Message, void, undefined> | undefined {
    let connection = this.connections.get(segment.key);
    if (connection && segment.opens) {
      this.remove(segment.key, connection);
      connection = undefined;
    }
    if (!connection) {
      if (!startsMessage(segment)) return undefined;
      connection = {
        session: this.sessions++,
        stream: new IpfixStream(),
        aligned: true,
        next: segment.sequence,
        ahead: [],
      };
      this.connections.set(segment.key, connection);
    }
    return this.take(connection, segment);
  }

  /** Nothing more will come. */
  end(): void {
    for (const [key, connection] of this.all()) this.remove(key, connection);
  }

  private *take(connection: Connection, segment: Segment): Generator<Message, void, undefined> {
    if (segment.payload.length > 0 || segment.closes) {
      // What is kept outlives the packet that it is part of.
      connection.ahead.push({ ...segment, payload: segment.payload.slice() });
      connection.ahead.sort((a, b) => (a.sequence - b.sequence) | 0);
    }
    for (;;) {
      const [first] = connection.ahead;
      if (!first) return;
      const gap = (first.sequence - connection.next) | 0;
      if (gap > 0 && connection.ahead.length <= MOST_AHEAD) return;
      if (gap > 0) this.skip(connection, first, gap);
      connection.ahead.shift();
      yield* this.push(connection, first);
      if (first.closes) {
        this.remove(first.key, connection);
        return;
      }
    }
  }

  private *push(connection: Connection, segment: Segment): Generator<Message, void, undefined> {
    // Of what is sent again only the rest is new.
    const known = (connection.next - segment.sequence) | 0;
    const fresh = segment.payload.subarray(known);
    if (fresh.length === 0) return;
    connection.next = (connection.next + fresh.length) | 0;
    connection.aligned ||= startsMessage(segment);
    if (!connection.aligned) return;
    try {
      for (const bytes of connection.stream.push(fresh)) yield { bytes, session: connection.session };
    } catch (error) {
      if (!(error instanceof WayleaveError)) throw error;
      this.events.reject(error.code, error.message);
      this.realign(connection);
    }
  }

  private skip(connection: Connection, { sequence }: Segment, bytes: number): void {
    this.events.reject('tcp-gap', `${bytes} bytes of a connection were not captured`);
    connection.next = sequence;
    this.realign(connection);
  }

  private realign(connection: Connection): void {
    connection.stream = new IpfixStream();
    connection.aligned = false;
  }

  private remove(key: string, connection: Connection): void {
    this.connections.delete(key);
    this.close(connection);
  }

  private close({ stream, ahead, session }: Connection): void {
    const held = ahead.reduce((sum, { payload }) => sum + payload.length, stream.pending);
    if (held > 0) this.events.reject('truncated', `a connection ends ${held} bytes into a message`);
    this.events.end(session);
  }

  private all(): [string, Connection][] {
    return [...this.connections.keys()].flatMap((key) => {
      const connection = this.connections.peek(key);
      return connection ? [[key, connection] as [string, Connection]] : [];
    });
  }
}

function startsMessage({ payload }: Segment): boolean {
  return recogniseExport(payload) === 'ipfix';
}
