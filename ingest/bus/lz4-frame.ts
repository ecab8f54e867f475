/** LZ4 frame format 1.6.2, the only one that brokers take; not the legacy one. */
const MAGIC = 0x184d2204;
const MAGIC_BYTES = 4;
const END_MARK = 0;
const UNCOMPRESSED = 0x8000_0000;
/** By the block maximum size in BD; lower numbers are reserved. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 64 << 10, 5: 256 << 10, 6: 1 << 20, 7: 4 << 20 };
/** A byte of a compressed block stands for no more: what adds 255 to the length of a match. */
const LARGEST_RATIO = 255;

/**
 * The most that frames can unpack to, by the sizes of their blocks; what a frame says of its content is not believed.
 *
 * @throws RangeError when they are no frames
 */
export function mostUnpacked(bytes: Buffer): number {
  let most = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes.readUInt32LE(at) !== MAGIC) throw new RangeError(`no LZ4 frame at byte ${at}`);
    const flags = bytes.readUInt8(at + MAGIC_BYTES);
    const blockBytes = BLOCK_BYTES[(bytes.readUInt8(at + MAGIC_BYTES + 1) >> 4) & 7];
    if (blockBytes === undefined) throw new RangeError(`no block size in the LZ4 frame at byte ${at}`);
    const contentSize = flags & 0x08 ? 8 : 0;
    const dictionary = flags & 0x01 ? 4 : 0;
    at += MAGIC_BYTES + 2 + contentSize + dictionary + 1;
    for (;;) {
      const size = bytes.readUInt32LE(at);
      at += 4;
      if (size === END_MARK) break;
      const stored = size % UNCOMPRESSED;
      most += size >= UNCOMPRESSED ? stored : Math.min(blockBytes, stored * LARGEST_RATIO);
      at += stored + (flags & 0x10 ? 4 : 0);
    }
    at += flags & 0x04 ? 4 : 0;
  }
  return most;
}
