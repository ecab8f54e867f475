/** What an upload may come to once it is decompressed and taken apart. */
export interface UploadLimits {
  /** Bytes of decompressed content. */
  readonly decompressedBytes: number;
  /** Decompressed bytes for each compressed one; flow logs come to 10 to 60. */
  readonly ratio: number;
  /** Bytes of one line, and of one record of a JSON document. */
  readonly lineBytes: number;
  /** Bytes of memory the engine may take to look through it: what stops a line that does not end. */
  readonly memoryBytes: number;
  /** Levels of objects and arrays in a JSON record. */
  readonly jsonDepth: number;
}

const MIB = 1024 * 1024;

export const UPLOAD_LIMITS: UploadLimits = {
  decompressedBytes: 256 * 1024 * MIB,
  ratio: 300,
  lineBytes: 16 * MIB,
  memoryBytes: 2048 * MIB,
  jsonDepth: 64,
};

/** Below this nothing is said of the ratio: a small file of equal lines compresses better than any real log. */
const HARMLESS_BYTES = 256 * MIB;

/** Why content of so many bytes, out of a file of so many, is too much; undefined when it is not. */
export function tooLarge(bytes: number, compressed: number, limits: UploadLimits): string | undefined {
  if (bytes > limits.decompressedBytes) {
    return `it decompresses to more than ${limits.decompressedBytes} bytes`;
  }
  if (bytes > HARMLESS_BYTES && bytes > compressed * limits.ratio) {
    return `it decompresses to more than ${limits.ratio} times its size`;
  }
  return undefined;
}
