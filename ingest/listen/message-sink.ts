import type { Sender } from '../decode/exporter';

/** Where listeners put what they hear. */
export interface MessageSink {
  /** Nothing more may be taken: datagrams are dropped until it is over. */
  readonly full: boolean;
  /** Streams are not read for now: it is full, or the disk is as far behind as it may be. */
  readonly behind: boolean;
  /** One datagram, or one IPFIX message of a stream. The bytes are read before it returns. */
  take(message: Uint8Array, from: Sender): void;
  /** Calls back once everything taken so far is synced to disk, however long the disk refuses it. */
  whenSafe(done: () => void): void;
  /** A connection brings nothing more: takes what of it still waits. @returns false when not all of it can be taken */
  finish(session: number): boolean;
  /** A connection is over, and its templates with it. */
  end(session: number): void;
}
