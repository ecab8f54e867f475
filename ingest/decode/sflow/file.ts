import { ADDRESS_BYTES } from '../../kernel/ip';
import { ByteStream } from '../byte-stream';
import { Recording } from '../datagram';
import type { DecodedFormat, ReadReport, RowSink } from '../format';
import { recogniseSflow, sflowLength } from './datagram';
import { SFLOW_FILLS } from './fills';

/** No UDP datagram is longer. */
const LONGEST = 0xffff;
/** Enough to tell a header, with an IPv6 address and a first sample, from anything else. */
const RECOGNISABLE = 64;
const NO_ADDRESS = new Uint8Array(ADDRESS_BYTES);

/** Datagrams one after the other, as they came over a socket: like a NetFlow file, and each says where it ends. */
export const sflowFile: DecodedFormat = {
  kind: 'decoded',
  name: 'sflow',
  title: 'sFlow v5: a file of datagrams, or datagrams over UDP',
  fills: SFLOW_FILLS,
  recognise: recogniseSflow,
  read,
};

async function read(chunks: AsyncIterable<Uint8Array>, sink: RowSink): Promise<ReadReport> {
  const stream = new ByteStream(chunks);
  const recording = new Recording(sink);
  for (;;) {
    const bytes = await stream.peek(LONGEST);
    if (bytes.length === 0) return recording.report();
    const { offset } = stream;
    const length = sflowLength(bytes);
    if (length === undefined) {
      await skipToNext(stream);
      recording.reject('not-an-export', `${stream.offset - offset} bytes are no whole sFlow datagram`, { offset });
      continue;
    }
    await recording.take(bytes.subarray(0, length), NO_ADDRESS, { offset });
    await stream.skip(length);
  }
}

/** Goes on to what may be the next datagram, or the end. */
async function skipToNext(stream: ByteStream): Promise<void> {
  await stream.skip(1);
  for (;;) {
    const bytes = await stream.peek(LONGEST);
    const end = bytes.length < LONGEST ? bytes.length : bytes.length - RECOGNISABLE;
    let at = 0;
    while (at < end && !(bytes[at] === 0 && recogniseSflow(bytes.subarray(at)))) at++;
    await stream.skip(at);
    if (at < end || bytes.length < LONGEST) return;
  }
}
