import { randomUUID } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowLayout, type FlowColumnName } from '../../model/flow';
import type { SpooledSegment } from '../../spool';

export const LAYOUT: readonly FlowColumnName[] = flowLayout([
  'received',
  'exporter',
  'format',
  'start',
  'src',
  'dst',
  'protocol',
  'bytes',
]);

export interface Made {
  readonly folder: string;
  readonly rows: number;
  /** `bytes` of the first row; each has one more than the one before, so that every row is told from the others. */
  readonly first?: number;
  readonly exporters?: number;
}

/** A segment of the spool, with rows of several exporters in turn. */
export function makeSegment({ folder, rows, first = 1, exporters = 3 }: Made): SpooledSegment {
  const id = randomUUID();
  const bytes = Buffer.concat(Array.from({ length: rows }, (_, index) => row(first + index, index % exporters)));
  const path = join(folder, `${id}.rows`);
  writeFileSync(path, bytes);
  return { id, path, layout: LAYOUT, rows, bytes: bytes.length, crc32c: crc32c(bytes), sealed: Date.now() };
}

function row(number: number, exporter: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(1_700_000_000_000_000n + BigInt(number) * 1000n);
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(number));
  const format = Buffer.from('\x04test', 'latin1');
  return Buffer.concat([time, ipv4(exporter), format, time, ipv4(9), ipv4(number & 0xff), Buffer.of(6), count]);
}

function ipv4(last: number): Buffer {
  return Buffer.from([...Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, last]);
}
