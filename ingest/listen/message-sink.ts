import type { Sender } from '../decode/exporter';

/** Where listeners put what they hear. */
export interface MessageSink {
  /** More waits to be loaded than may: datagrams are dropped, and streams are not read, until it is over. */
  readonly full: boolean;
  /** One datagram, or one IPFIX message of a stream. The bytes are read before it returns. */
  take(message: Uint8Array, from: Sender): void;
  /** A connection is over, and its templates with it. */
  end(session: number): void;
}
