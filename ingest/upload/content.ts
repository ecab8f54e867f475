import { gunzipSync } from 'node:zlib';
import type { Format } from '../decode/format';
import { recognise } from '../decode/registry';
import { compressionOf } from './compression';
import { carriedLine, carriedLines, dataOf, EVENT_KEYS, type LineField } from './envelope';
import { JsonSplitter, type SplitLimits } from './json-splitter';

/** How the lines of a format are wrapped in a file. */
export interface Content {
  readonly format: Format;
  /** The first lines as the format has them. */
  readonly head: Uint8Array;
  /** JSON that is not one record a line: the keys whose arrays hold the records. */
  readonly recordKeys?: ReadonlySet<string>;
  /** The field of each line, or record, that carries the format's line. */
  readonly field?: LineField;
}

/** Records that hold a file each, in base64: Firehose over HTTP. */
export interface Packed {
  readonly recordKeys: ReadonlySet<string>;
  readonly packed: true;
}

/** What content that starts so is; undefined when no format knows it. */
export function understand(
  head: Uint8Array,
  formats: readonly Format[],
  limits: SplitLimits,
): Content | Packed | undefined {
  const recordKeys = new Set<string>(EVENT_KEYS);
  for (const format of formats) {
    for (const key of format.kind === 'engine' ? (format.recordsIn ?? []) : []) recordKeys.add(key);
  }
  if (isDocument(head, recordKeys)) {
    const records = firstRecords(head, recordKeys, limits);
    const content = linesOf(records, formats);
    if (content) return { ...content, recordKeys };
    const packed = unpack(records.subarray(0, lineEnd(records)), limits.lineBytes);
    if (packed && understand(packed, formats, limits)) return { recordKeys, packed: true };
  }
  return linesOf(head, formats);
}

/** What an upload reads in place of the file's lines, given a table expression of those. */
export function carriedSource({ field }: Pick<Content, 'field'>, lines: string): string {
  return field === undefined ? lines : `(SELECT * REPLACE (${carriedLine(field)} AS line) FROM ${lines})`;
}

/** The content of a packed record; undefined when it is none, or decompresses to more than `limit` bytes. */
export function unpack(record: Uint8Array, limit: number): Uint8Array | undefined {
  const data = dataOf(record);
  if (!data || compressionOf(data) !== 'gzip') return data;
  try {
    return gunzipSync(data, { maxOutputLength: limit });
  } catch {
    return undefined;
  }
}

function linesOf(head: Uint8Array, formats: readonly Format[]): Omit<Content, 'recordKeys'> | undefined {
  const format = recognise(head, formats);
  if (format) return { format, head };
  for (const { field, head: carried } of carriedLines(head)) {
    const within = formats.find((each) => each.kind === 'engine' && each.recognise(carried));
    if (within) return { format: within, head: carried, field };
  }
  return undefined;
}

/** JSON, and not one object a line that is a record itself. */
function isDocument(head: Uint8Array, recordKeys: ReadonlySet<string>): boolean {
  const text = Buffer.from(head)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('[')) return true;
  if (!text.startsWith('{')) return false;
  try {
    const first: unknown = JSON.parse(text.split('\n', 1)[0] ?? '');
    return Object.entries(first ?? {}).some(([key, value]) => recordKeys.has(key) && Array.isArray(value));
  } catch {
    return true;
  }
}

function firstRecords(head: Uint8Array, recordKeys: ReadonlySet<string>, limits: SplitLimits): Uint8Array {
  const splitter = new JsonSplitter(recordKeys, limits, () => undefined);
  return Buffer.concat([splitter.push(withoutMark(head)), splitter.end()].map((lines) => Buffer.from(lines)));
}

/** Without the byte order mark. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function lineEnd(lines: Uint8Array): number {
  const end = lines.indexOf(0x0a);
  return end < 0 ? lines.length : end;
}
