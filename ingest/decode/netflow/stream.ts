import { WayleaveError } from '../../kernel/errors';
import { IPFIX_HEADER_BYTES, IPFIX_VERSION } from '../ipfix/header';
import { uint16 } from '../wire';

/** Version and length: what tells where a message ends. */
const FRAME_BYTES = 4;
/** Most messages are cut to an MTU even over TCP; longer ones, up to the 65,535 bytes that the length can say, grow it. */
const USUAL_BYTES = 2048;

/**
 * Cuts a connection's bytes into IPFIX messages (RFC 7011 sections 3.1 and 10.4). Holds one unfinished message at most, which
 * has at most 65,535 bytes.
 *
 * ```ts
 * const stream = new IpfixStream();
 * socket.on('data', (chunk) => {
 *   for (const message of stream.push(chunk)) decoder.decode(message, from, now, batches);
 * });
 * ```
 */
export class IpfixStream {
  /** Bytes of complete messages so far. */
  offset = 0;
  /** Bytes held of a message that has begun; 0 between messages, where a connection may end. */
  pending = 0;
  private held: Uint8Array = new Uint8Array(USUAL_BYTES);

  /**
   * The messages that are complete with this chunk, to be gone through before the next one; each is valid until the
   * next is asked for.
   *
   * @throws WayleaveError `stream-version` or `stream-length` at the first message that is none. Where the following one
   *   would start cannot be told, so the connection is to be closed (RFC 7011 section 9).
   */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    let at = 0;
    while (this.pending > 0 && at < chunk.length) {
      const length = this.pending < FRAME_BYTES ? FRAME_BYTES : this.lengthAt(this.held, 0);
      const part = chunk.subarray(at, at + length - this.pending);
      this.hold(part, length);
      at += part.length;
      if (this.pending < FRAME_BYTES || this.pending < this.lengthAt(this.held, 0)) continue;
      const message = this.held.subarray(0, this.pending);
      this.pending = 0;
      this.offset += message.length;
      yield message;
    }
    while (at + FRAME_BYTES <= chunk.length) {
      const length = this.lengthAt(chunk, at);
      if (at + length > chunk.length) break;
      const message = chunk.subarray(at, at + length);
      at += length;
      this.offset += length;
      yield message;
    }
    if (at < chunk.length) this.hold(chunk.subarray(at), chunk.length - at);
  }

  private lengthAt(bytes: Uint8Array, at: number): number {
    const version = uint16(bytes, at);
    const length = uint16(bytes, at + 2);
    const where = { byte: this.offset };
    if (version !== IPFIX_VERSION)
      throw new WayleaveError(`version ${version} where an IPFIX message (version ${IPFIX_VERSION}) must start`, {
        code: 'stream-version',
        where,
      });
    if (length < IPFIX_HEADER_BYTES)
      throw new WayleaveError(`an IPFIX message states ${length} bytes; its header alone has ${IPFIX_HEADER_BYTES}`, {
        code: 'stream-length',
        where,
      });
    return length;
  }

  private hold(part: Uint8Array, room: number): void {
    if (room > this.held.length) {
      const grown = new Uint8Array(Math.max(room, Math.min(2 * this.held.length, 0xffff)));
      grown.set(this.held.subarray(0, this.pending));
      this.held = grown;
    }
    this.held.set(part, this.pending);
    this.pending += part.length;
  }
}
