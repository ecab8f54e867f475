import { addressFromBytes, ADDRESS_BYTES, formatAddress } from '../kernel/ip';
import { flowColumn, type FlowColumnName } from '../model/flow';
import { createRowWalker } from '../model/row-walker';
import { segmentId } from '../model/segment-id';
import { badSegment } from '../spool';
import { writeHeader } from './header';
import { rowsHeaders, type OutgoingMessage } from './message';
import { UUID_BYTES, uuidBytes } from './uuid';

/** All messages that are being filled: an exporter each, and a segment can have thousands. */
const MOST_OPEN_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Cuts the rows of a segment into messages of one exporter each. */
export interface Splitter {
  /**
   * Takes the whole rows at the front, as many bytes as `used`, and gives the messages that became full by them.
   *
   * @throws WayleaveError `bad-segment` when a row alone is larger than a message may be
   */
  push(bytes: Buffer): { readonly full: OutgoingMessage[]; readonly used: number };
  /** The messages that are left. */
  finish(): OutgoingMessage[];
}

export interface SplitterOptions {
  readonly id: string;
  readonly layout: readonly FlowColumnName[];
  /** Most bytes of a message's value. */
  readonly limit: number;
  readonly again: boolean;
}

interface OpenMessage {
  /** Bytes of its address as latin1 text, and the same as four numbers; empty where the layout has none. */
  readonly exporter: string;
  readonly words: readonly number[];
  readonly segment: string;
  readonly uuid: DataView;
  value: Buffer;
  view: DataView;
  used: number;
  rows: number;
}

/** The same rows under the same limit always give the same messages with the same ids, so that a repeat is known. */
export function createSplitter({ id, layout, limit, again }: SplitterOptions): Splitter {
  const walk = createRowWalker(layout);
  const header = writeHeader(layout);
  const exporterAt = Math.max(0, offsetOfExporter(layout));
  const exporterBytes = offsetOfExporter(layout) < 0 ? 0 : ADDRESS_BYTES;
  const open = new Map<string, OpenMessage>();
  let openBytes = 0;
  let index = 0;

  const close = ({ exporter, segment, value, used, rows }: OpenMessage): OutgoingMessage => {
    open.delete(exporter);
    openBytes -= used;
    const whole = value.subarray(0, used);
    const key = exporter === '' ? '::' : formatAddress(addressFromBytes(Buffer.from(exporter, 'latin1')));
    return { key, value: whole, headers: rowsHeaders(segment, rows, whole, again) };
  };

  const begin = (exporter: string, capacity = FIRST_BYTES): OpenMessage => {
    const segment = segmentId(id, index++);
    const value = Buffer.allocUnsafe(Math.min(limit, capacity));
    header.copy(value);
    const address = Buffer.alloc(ADDRESS_BYTES);
    address.write(exporter, 'latin1');
    const message = {
      exporter,
      words: [0, 4, 8, 12].map((offset) => address.readUInt32LE(offset)),
      segment,
      uuid: viewOf(uuidBytes(segment)),
      value,
      view: viewOf(value),
      used: header.length,
      rows: 0,
    };
    open.set(exporter, message);
    openBytes += message.used;
    return message;
  };

  const closeAll = (): OutgoingMessage[] => [...open.values()].map(close);

  return {
    push(bytes) {
      const view = viewOf(bytes);
      const full: OutgoingMessage[] = [];
      let message: OpenMessage | undefined;
      let at = 0;
      for (let end = walk(bytes, at); end >= 0 && at < bytes.length; at = end, end = walk(bytes, at)) {
        const size = UUID_BYTES + end - at;
        if (size + header.length > limit) throw badSegment(id, `a row of ${end - at} bytes is too large for a message`);
        if (!message || !sameExporter(view, at + exporterAt, message)) {
          const exporter = bytes.toString('latin1', at + exporterAt, at + exporterAt + exporterBytes);
          message = open.get(exporter) ?? begin(exporter);
        }
        if (message.used + size > limit) {
          full.push(close(message));
          // Who filled one message will fill the next.
          message = begin(message.exporter, limit);
        }
        if (message.used + size > message.value.length) grow(message, size, limit);
        copyWords(message.uuid, 0, message.view, message.used, UUID_BYTES);
        copyWords(view, at, message.view, message.used + UUID_BYTES, end - at);
        message.used += size;
        message.rows++;
        openBytes += size;
        if (openBytes > MOST_OPEN_BYTES) {
          full.push(...closeAll());
          message = undefined;
        }
      }
      return { full, used: at };
    },
    finish: closeAll,
  };
}

function grow(message: OpenMessage, size: number, limit: number): void {
  const grown = Buffer.allocUnsafe(Math.min(limit, Math.max(message.value.length * 4, message.used + size)));
  message.value.copy(grown, 0, 0, message.used);
  message.value = grown;
  message.view = viewOf(grown);
}

/** -1 when the layout has no exporter. Only columns of fixed width come before it. */
function offsetOfExporter(layout: readonly FlowColumnName[]): number {
  const index = layout.indexOf('exporter');
  const before = layout.slice(0, Math.max(0, index));
  if (before.some((name) => flowColumn(name).type.includes('String'))) return -1;
  return index < 0 ? -1 : createRowWalker(before)(new Uint8Array(before.length * ADDRESS_BYTES), 0);
}

function sameExporter(view: DataView, offset: number, { exporter, words }: OpenMessage): boolean {
  return (
    exporter === '' ||
    (view.getUint32(offset, true) === words[0] &&
      view.getUint32(offset + 4, true) === words[1] &&
      view.getUint32(offset + 8, true) === words[2] &&
      view.getUint32(offset + 12, true) === words[3])
  );
}

/** Rows are short: calling into Buffer.copy for each costs more than copying them here. */
function copyWords(from: DataView, at: number, to: DataView, into: number, length: number): void {
  let index = 0;
  for (; index <= length - 4; index += 4) to.setUint32(into + index, from.getUint32(at + index, true), true);
  for (; index < length; index++) to.setUint8(into + index, from.getUint8(at + index));
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}
