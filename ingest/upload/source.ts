import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Format } from '../decode/format';
import { FORMATS } from '../decode/registry';
import { messageOf, WayleaveError } from '../kernel/errors';
import { compressionOf, decompressedHead, type Compressed } from './compression';
import { understand, type Content, type Packed } from './content';
import type { UploadDeps } from './deps';
import { UPLOAD_LIMITS } from './limits';
import { isParquet, readParquetFooter } from './parquet';

/** Enough for every format's recognition, and for the longest header line of a flow log. */
const HEAD_BYTES = 64 * 1024;

/** What content is told by. */
type Understanding = Pick<UploadDeps, 'formats' | 'limits'>;

/** A file with flows in it, by content: what it is called only helps in messages. */
export interface Source extends Compressed {
  /** SHA-256 of the content as it is on disk, hex. */
  readonly digest: string;
  readonly content: Content | Packed | Tabular;
}

/** Parquet: the columns that make up a line of the format. */
export interface Tabular extends Content {
  readonly columns: readonly string[];
}

/**
 * @throws WayleaveError `unreadable-file`, `empty-file`, `unknown-format` or `bad-parquet`
 */
export async function openSource(path: string, how: Understanding, name = path): Promise<Source> {
  const { first, bytes } = await readFirst(path, name);
  if (bytes === 0) throw new WayleaveError(`${name} is empty`, { code: 'empty-file', where: { file: name } });
  const compression = compressionOf(first);
  const file: Compressed = { name, path, bytes, compression };
  const content = isParquet(first) ? await tabular(file, how) : contentOf(file, first, how);
  return { ...file, content, digest: await digestOf(path) };
}

/** What a (decompressed) file is, from its first bytes. @throws WayleaveError `empty-file` or `unknown-format` */
export function contentOf(
  file: Compressed,
  first: Uint8Array,
  { formats = FORMATS, limits = UPLOAD_LIMITS }: Understanding,
): Content | Packed {
  const head = decompressedHead(first, file.compression, HEAD_BYTES, file.name);
  if (head.length === 0)
    throw new WayleaveError(`${file.name} is an empty archive`, { code: 'empty-file', where: { file: file.name } });
  const content = understand(head, formats, limits);
  if (content) return content;
  const start = Buffer.from(head.subarray(0, 16)).toString('hex');
  throw unknownFormat(file.name, `it starts with ${start}`);
}

/** Names are `srcaddr` or `pkt_srcaddr` where a text log has `pkt-srcaddr`: they stand in for its header line. */
async function tabular({ path, name }: Compressed, { formats = FORMATS }: Understanding): Promise<Tabular> {
  const { columns } = await readParquetFooter(path, name);
  const head = Buffer.from(`${columns.map((column) => column.toLowerCase().replaceAll('_', '-')).join(' ')}\n`);
  const format = formats.find((each): each is Format => each.kind === 'engine' && each.recognise(head));
  if (!format) throw unknownFormat(name, `its columns are ${columns.slice(0, 20).join(', ')}`);
  return { format, head, columns };
}

function unknownFormat(name: string, how: string): WayleaveError {
  return new WayleaveError(`${name} is in no format we know (${how}); \`wayleave formats\` lists them`, {
    code: 'unknown-format',
    where: { file: name },
  });
}

export async function readFirst(path: string, name: string): Promise<{ first: Uint8Array; bytes: number }> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Error('not a regular file');
      const buffer = new Uint8Array(Math.min(HEAD_BYTES, stat.size));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return { first: buffer.subarray(0, bytesRead), bytes: stat.size };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new WayleaveError(`cannot read ${name}: ${messageOf(cause)}`, {
      code: 'unreadable-file',
      where: { file: name },
      cause,
    });
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
