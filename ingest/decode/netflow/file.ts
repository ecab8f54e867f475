import { ADDRESS_BYTES } from '../../kernel/ip';
import { ByteStream } from '../byte-stream';
import type { DecodedFormat, ReadReport, RowSink } from '../format';
import { elementsByColumn } from '../ipfix/elements';
import { IPFIX_VERSION, readIpfixHeader } from '../ipfix/header';
import { NETFLOW5_TEMPLATE, NETFLOW5_VERSION, readNetflow5Header } from '../netflow5/datagram';
import { NETFLOW9_VERSION, readNetflow9Header } from '../netflow9/header';
import type { ExportFormat } from '../template/definition';
import { allZero, uint16 } from '../wire';
import { recogniseExport } from './recognise';
import { Recording } from '../datagram/recording';

/** No message is longer: UDP and IPFIX both give lengths in 16 bits. */
const LONGEST = 0xffff;
/** Enough to tell a header from anything else. */
const RECOGNISABLE = 32;
const NO_ADDRESS = new Uint8Array(ADDRESS_BYTES);
const VERSIONS = new Set([NETFLOW5_VERSION, NETFLOW9_VERSION, IPFIX_VERSION]);

/** Files of datagrams one after the other, as collectors write them; RFC 5655 for IPFIX. The exporter is not known. */
export function exportFile(name: ExportFormat, title: string): DecodedFormat {
  return {
    kind: 'decoded',
    name,
    title,
    fills: elementsByColumn(name === 'netflow5' ? NETFLOW5_TEMPLATE.fields : undefined),
    recognise: (head) => recogniseExport(head) === name,
    read: readExports,
  };
}

async function readExports(chunks: AsyncIterable<Uint8Array>, sink: RowSink): Promise<ReadReport> {
  const stream = new ByteStream(chunks);
  const recording = new Recording(sink);
  for (;;) {
    const bytes = await stream.peek(LONGEST + RECOGNISABLE);
    if (bytes.length === 0) return recording.report();
    const offset = stream.offset;
    const length = messageLength(bytes);
    if (length === undefined) {
      await stream.skip(await toNextHeader(stream, recording));
      continue;
    }
    await recording.take(bytes.subarray(0, length), NO_ADDRESS, { offset });
    await stream.skip(Math.min(length, bytes.length));
  }
}

/** Passes over what is no export, up to the next thing that is. */
async function toNextHeader(stream: ByteStream, recording: Recording): Promise<number> {
  const start = stream.offset;
  let padding = true;
  for (;;) {
    const bytes = await stream.peek(LONGEST + RECOGNISABLE);
    const last = bytes.length <= RECOGNISABLE;
    const end = last ? bytes.length : bytes.length - RECOGNISABLE;
    let at = stream.offset === start ? 1 : 0;
    while (at < end && !(couldStart(bytes, at) && messageLength(bytes.subarray(at)) !== undefined)) at++;
    padding &&= allZero(bytes, 0, at);
    if (at < end || last) {
      const skipped = stream.offset + at - start;
      if (!padding)
        recording.reject('not-an-export', `${skipped} bytes are no NetFlow v5, v9 or IPFIX`, { offset: start });
      return at;
    }
    await stream.skip(at);
  }
}

/** A version word: what keeps the search through megabytes of something else cheap. */
function couldStart(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && VERSIONS.has(bytes[at + 1] ?? 0);
}

/** How long the message at the start is, undefined when there is none. */
function messageLength(bytes: Uint8Array): number | undefined {
  switch (recogniseExport(bytes)) {
    case 'netflow5':
      return readNetflow5Header(bytes)?.end;
    case 'ipfix':
      return readIpfixHeader(bytes)?.end;
    case 'netflow9':
      return netflow9Length(bytes);
    case undefined:
      return undefined;
  }
}

/** NetFlow v9 does not say its length: sets follow each other until the next datagram, whose version is no set id. */
function netflow9Length(bytes: Uint8Array): number {
  let at = readNetflow9Header(bytes)?.from ?? bytes.length;
  while (at + 4 <= bytes.length && at < LONGEST) {
    const id = uint16(bytes, at);
    const length = uint16(bytes, at + 2);
    if (length < 4 || VERSIONS.has(id)) return at;
    at += length;
  }
  return Math.min(at, LONGEST, bytes.length);
}
