import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';

/** kafkajs has no LZ4 of its own. Frames of independent blocks are what brokers insist on, and what lz4-napi writes. */
export function registerLz4(): void {
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compressFrame(buffer),
    decompress: (buffer: Buffer) => decompressFrame(buffer),
  });
}
