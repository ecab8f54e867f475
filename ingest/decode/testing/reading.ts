import type { ReadReport } from '../format';
import { RowBatches } from '../../model/rows';
import { FORMATS } from '../registry';
import { RECEIVED_MICROS } from './decoding';
import { readRows, type Row } from './row-reader';

/** Reads a file as the format of that name, in chunks of a size. */
export async function readFile(
  name: string,
  file: Uint8Array,
  chunkBytes: number,
): Promise<{ report: ReadReport; rows: Row[] }> {
  const format = FORMATS.find((known) => known.name === name);
  if (format?.kind !== 'decoded') throw new Error(`no decoded format ${name}`);
  const batches = new RowBatches();
  const sink = { batches, receivedMicros: RECEIVED_MICROS, drain: () => Promise.resolve() };
  const report = await format.read(chunksOf(file, chunkBytes), sink);
  return { report, rows: readRows(batches) };
}

async function* chunksOf(file: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += bytes) yield Promise.resolve(file.subarray(at, at + bytes));
}
