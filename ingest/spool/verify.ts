import { createReadStream } from 'node:fs';
import { crc32c } from '@node-rs/crc32';
import { codeOf } from '../kernel/errors';
import { badSegment, type SpooledSegment } from './manifest';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Reads a segment's rows once more. @throws WayleaveError `bad-segment` when they are not the rows that were written */
export async function verify({ id, path, bytes, crc32c: expected }: SpooledSegment): Promise<void> {
  let found = 0;
  let sum = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      sum = crc32c(chunk, sum);
      found += chunk.length;
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw badSegment(id, 'its rows are gone');
    throw error;
  }
  if (found !== bytes) throw badSegment(id, `its rows take ${found} bytes, its manifest says ${bytes}`);
  if (expected !== undefined && sum !== expected)
    throw badSegment(id, `its rows have the checksum ${hex(sum)}, its manifest says ${hex(expected)}`);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
