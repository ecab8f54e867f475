import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Reject } from '../decode/format';
import { WayleaveError } from '../kernel/errors';
import { segmentId } from '../model/segment-id';
import type { LineFile, TextFile } from '../store';
import { decompressed, type Compressed } from './compression';
import type { Content, Packed } from './content';
import type { UploadDeps } from './deps';
import { UPLOAD_LIMITS } from './limits';
import { loadLines, type FormatReport } from './lines';
import { type BrokenRecords, writePacked, writeRecords } from './records';
import { contentOf, readFirst, type Source, type Tabular } from './source';

type TextDeps = Pick<UploadDeps, 'store' | 'spool' | 'clock' | 'limits' | 'formats'>;

/** Files within files: Firehose holds CloudWatch documents, which hold lines. */
const MOST_LAYERS = 3;

const SCRATCH = '.upload';

/** Removes what uploads of an earlier process left in the spool's folder when they were cut off. */
export async function clearScratch(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith(SCRATCH)) await rm(join(folder, name), { force: true });
}

/**
 * Loads a text format: lines are read by the engine out of the file itself; JSON documents, and archives that break off,
 * go through a file of their own first.
 *
 * @throws WayleaveError `too-large`, and what the store throws
 */
export async function loadText(deps: TextDeps, source: Source): Promise<FormatReport> {
  const files: string[] = [];
  const scratch = (): string => {
    const path = join(deps.spool.folder, `${randomUUID()}${SCRATCH}`);
    files.push(path);
    return path;
  };
  try {
    return await load(deps, source, source, source.content, scratch, 1);
  } finally {
    for (const path of files) await rm(path, { force: true });
  }
}

async function load(
  deps: TextDeps,
  source: Source,
  file: Compressed,
  content: Content | Packed | Tabular,
  scratch: () => string,
  layer: number,
): Promise<FormatReport> {
  const limits = deps.limits ?? UPLOAD_LIMITS;
  const broken: Reject[] = [];
  const read = (): AsyncIterable<Uint8Array> => decompressed(file, limits, (reject) => broken.push(reject));
  const direct = (lines: LineFile): Promise<FormatReport> => loadFrom(deps, source, content as Content, lines);

  if ('packed' in content) {
    if (layer === MOST_LAYERS) throw tooDeep(source.name);
    const path = scratch();
    const records = await writePacked(read(), path, content.recordKeys, limits);
    const { first, bytes } = await readFirst(path, source.name);
    const inner: Compressed = { name: source.name, path, bytes, compression: 'none' };
    const report = await load(deps, source, inner, contentOf(inner, first, deps), scratch, layer + 1);
    return withRejects(report, broken, records);
  }
  if ('columns' in content) return direct({ kind: 'parquet', path: file.path, columns: content.columns });
  if (content.recordKeys) {
    const path = scratch();
    const records = await writeRecords(read(), path, content.recordKeys, limits);
    const report = await loadFrom(deps, source, content, plainText(path), (line) => ({
      record: records.recordOf(line),
    }));
    return withRejects(report, broken, records);
  }
  try {
    const { path, compression } = file;
    return withRejects(await direct({ kind: 'text', path, compression, content: read }), broken);
  } catch (error) {
    if (file.compression === 'none' || !(error instanceof WayleaveError) || error.retriable) throw error;
    if (error.code === 'too-large') throw error;
    // The engine gives up on an archive that breaks off; what can still be decompressed is good.
    const path = scratch();
    await pipeline(read(), createWriteStream(path, { mode: 0o600 }));
    if (broken.length === 0) throw error;
    return withRejects(await direct(plainText(path)), broken);
  }
}

function loadFrom(
  { store, clock, limits = UPLOAD_LIMITS }: TextDeps,
  { name, bytes, digest }: Source,
  content: Content,
  file: LineFile,
  place: (line: number) => Reject['where'] = (line): Reject['where'] =>
    file.kind === 'text' ? { line } : { record: line },
): Promise<FormatReport> {
  if (content.format.kind !== 'engine') throw new TypeError(`${content.format.name} is no format of lines`);
  const plan = content.format.plan(content.head);
  const segment = segmentId(digest, 0);
  return loadLines(store, { name, bytes, file, content, plan, segment, received: clock(), limits, place });
}

function plainText(path: string): TextFile {
  return { kind: 'text', path, compression: 'none', content: () => createReadStream(path) };
}

function withRejects(report: FormatReport, broken: readonly Reject[], records?: BrokenRecords): FormatReport {
  const first = records?.first.map(({ code, message, record }) => ({ code, message, where: { record } })) ?? [];
  return {
    ...report,
    rejected: report.rejected + broken.length + (records?.count ?? 0),
    rejects: [...report.rejects, ...first, ...broken],
  };
}

function tooDeep(name: string): WayleaveError {
  return new WayleaveError(`${name} is refused: it holds files within files, more than ${MOST_LAYERS} deep`, {
    code: 'too-large',
    where: { file: name },
  });
}
