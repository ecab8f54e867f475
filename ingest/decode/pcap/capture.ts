import { ByteStream } from '../byte-stream';

/** A packet as captured, perhaps cut to the snap length. */
interface CapturedPacket {
  /** From 1, as Wireshark counts. */
  readonly number: number;
  /** Of the packet's bytes in the file. */
  readonly offset: number;
  /** See tcpdump.org/linktypes.html. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
}

/** Where a capture stops making sense; nothing after it can be read. */
export class BrokenCapture extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = 'BrokenCapture';
  }
}

/** Wireshark's own limit (WTAP_MAX_PACKET_SIZE_STANDARD). */
const LONGEST_PACKET = 262_144;

const NG_SECTION_HEADER = 0x0a0d0d0a;
const PCAP_MAGICS = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34];

type Read32 = (bytes: Uint8Array, at: number) => number;
const big: Read32 = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
const little: Read32 = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);

export function isCapture(head: Uint8Array): boolean {
  return head.length >= 4 && (big(head, 0) === NG_SECTION_HEADER || byteOrder(head, 0, PCAP_MAGICS) !== undefined);
}

/** Reads pcap (libpcap's savefile) and pcapng (draft-ietf-opsawg-pcapng). @throws BrokenCapture */
export async function* readCapture(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CapturedPacket> {
  const stream = new ByteStream(chunks);
  const magic = await stream.peek(4);
  if (magic.length < 4) throw new BrokenCapture(`${magic.length} bytes are no capture`, 0);
  yield* big(magic, 0) === NG_SECTION_HEADER ? readPcapng(stream) : readPcap(stream);
}

function byteOrder(bytes: Uint8Array, at: number, magics: readonly number[]): Read32 | undefined {
  return [big, little].find((read) => magics.includes(read(bytes, at)));
}

async function* readPcap(stream: ByteStream): AsyncGenerator<CapturedPacket> {
  const header = await stream.take(24);
  const read = header && byteOrder(header, 0, PCAP_MAGICS);
  if (!header || !read) throw new BrokenCapture('the file ends within the pcap header', stream.offset);
  // The upper bits say whether a frame check sequence follows.
  const linkType = read(header, 20) & 0x0fff_ffff;
  for (let number = 1; ; number++) {
    const { offset } = stream;
    const about = await stream.peek(16);
    if (about.length === 0) return;
    if (about.length < 16) throw new BrokenCapture(`the file ends within the header of packet ${number}`, offset);
    const captured = read(about, 8);
    await stream.skip(16);
    yield { number, linkType, ...(await takePacket(stream, captured, number)) };
  }
}

const BLOCK = { interface: 1, obsolete: 2, simple: 3, enhanced: 6 } as const;
const NG_BYTE_ORDER = [0x1a2b3c4d];
/** Smallest block: type, length, length again. */
const BLOCK_FRAME = 12;

async function* readPcapng(stream: ByteStream): AsyncGenerator<CapturedPacket> {
  let read = big;
  let linkTypes: number[] = [];
  for (let number = 0; ;) {
    const { offset } = stream;
    const head = await stream.peek(BLOCK_FRAME);
    if (head.length === 0) return;
    if (head.length < BLOCK_FRAME) throw new BrokenCapture('the file ends within a block', offset);
    if (big(head, 0) === NG_SECTION_HEADER) {
      const order = byteOrder(head, 8, NG_BYTE_ORDER);
      if (!order) throw new BrokenCapture('a section header names no byte order', offset);
      read = order;
      linkTypes = [];
    }
    const type = read(head, 0);
    const length = read(head, 4);
    if (length < BLOCK_FRAME || length % 4 !== 0) throw new BrokenCapture(`a block states ${length} bytes`, offset);
    const body = await readBlock(stream, type, read);
    if (body?.linkType !== undefined) linkTypes.push(body.linkType);
    if (body?.captured !== undefined) {
      number++;
      const linkType = linkTypes[body.interface ?? 0];
      if (linkType === undefined)
        throw new BrokenCapture(`packet ${number} names an interface that was not described`, offset);
      yield { number, linkType, ...(await takePacket(stream, body.captured, number)) };
    }
    const left = offset + length - stream.offset;
    if (left < 0 || (await stream.skip(left)) < left) throw new BrokenCapture('a block ends beyond the file', offset);
  }
}

interface BlockStart {
  readonly linkType?: number;
  /** Bytes of the packet that follows. */
  readonly captured?: number;
  readonly interface?: number;
}

/** Takes the fixed part of the blocks that matter. */
async function readBlock(stream: ByteStream, type: number, read: Read32): Promise<BlockStart | undefined> {
  const fixed = async (bytes: number): Promise<Uint8Array> => {
    const taken = await stream.take(bytes);
    if (!taken) throw new BrokenCapture('the file ends within a block', stream.offset);
    return taken;
  };
  switch (type) {
    case BLOCK.interface: {
      const start = await fixed(12);
      return { linkType: read === big ? read(start, 8) >>> 16 : read(start, 8) & 0xffff };
    }
    case BLOCK.enhanced: {
      const start = await fixed(28);
      return { interface: read(start, 8), captured: read(start, 20) };
    }
    case BLOCK.obsolete: {
      const start = await fixed(28);
      return { interface: read === big ? read(start, 8) >>> 16 : read(start, 8) & 0xffff, captured: read(start, 20) };
    }
    case BLOCK.simple: {
      const start = await fixed(12);
      return { captured: Math.min(read(start, 8), read(start, 4) - 16) };
    }
    default:
      return undefined;
  }
}

async function takePacket(
  stream: ByteStream,
  length: number,
  number: number,
): Promise<Pick<CapturedPacket, 'offset' | 'bytes'>> {
  const { offset } = stream;
  if (length > LONGEST_PACKET || length < 0) {
    throw new BrokenCapture(`packet ${number} states ${length} bytes; at most ${LONGEST_PACKET} can be`, offset);
  }
  const bytes = await stream.take(length);
  if (!bytes) throw new BrokenCapture(`the file ends within packet ${number}`, offset);
  return { offset, bytes };
}
