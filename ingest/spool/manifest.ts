import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, WayleaveError } from '../kernel/errors';
import { FLOW_COLUMNS, FLOW_SCHEMA, type FlowColumnName } from '../model/flow';
import type { Segment } from '../store';

/** Segments of the first schema have no checksum. */
const FIRST_WITH_CHECKSUM = 2;

const layout = z.array(z.enum(FLOW_COLUMNS.map(({ name }) => name) as [FlowColumnName, ...FlowColumnName[]])).min(1);

/** Beside each `<id>.rows`: what it holds. A segment counts from the moment this exists. */
const sealedSchema = z.strictObject({
  schema: z.int().positive(),
  rows: z.int().positive(),
  bytes: z.int().positive(),
  layout,
  crc32c: z.int().nonnegative().optional(),
  sealed: z.int().positive().optional(),
});

/** In the same place while rows are still appended: how to count them, should nobody be left to seal it. */
const openSchema = z.strictObject({ schema: z.int().positive(), open: z.literal(true), layout });

const ahead = z.looseObject({ schema: z.int().gt(FLOW_SCHEMA) });

export interface SpooledSegment extends Segment {
  readonly bytes: number;
  /** Of the rows; undefined when it was written before there was one. */
  readonly crc32c: number | undefined;
  /** When it was sealed, in epoch milliseconds. */
  readonly sealed: number;
}

export interface OpenManifest {
  readonly open: true;
  readonly layout: readonly FlowColumnName[];
}

export function rowsFile(folder: string, id: string): string {
  return join(folder, `${id}.rows`);
}

export function manifestFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/**
 * @throws WayleaveError `segment-newer`, retriable, of a segment that a newer Wayleave wrote; `bad-segment` when its
 *   manifest is not one that we understand; and what the file system throws
 */
export async function readManifest(folder: string, id: string): Promise<SpooledSegment | OpenManifest> {
  const path = manifestFile(folder, id);
  const json = parsed(id, await readFile(path, 'utf8'));
  if (ahead.safeParse(json).success) {
    throw new WayleaveError(`segment ${id} was written by a newer Wayleave: it waits for the upgrade`, {
      code: 'segment-newer',
      retriable: true,
      where: { segment: id },
    });
  }
  const opened = openSchema.safeParse(json);
  if (opened.success) return { open: true, layout: opened.data.layout };
  const { data: manifest } = sealedSchema.safeParse(json);
  if (!manifest) throw badSegment(id, 'its manifest is not one of ours');
  const { schema, layout: columns, sealed, crc32c, ...counts } = manifest;
  if (schema >= FIRST_WITH_CHECKSUM && crc32c === undefined) throw badSegment(id, 'its manifest has no checksum');
  const written = sealed ?? Math.floor((await stat(path)).mtimeMs);
  return { id, path: rowsFile(folder, id), layout: columns, ...counts, crc32c, sealed: written };
}

function parsed(id: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badSegment(id, `its manifest is no JSON: ${messageOf(error)}`);
  }
}

export function badSegment(id: string, reason: string): WayleaveError {
  return new WayleaveError(`segment ${id}: ${reason}`, { code: 'bad-segment', where: { segment: id } });
}

/** For rows that will be appended; not synced, for it only says how to count what a crash leaves. */
export function openManifest(columns: readonly FlowColumnName[]): string {
  return JSON.stringify({ schema: FLOW_SCHEMA, open: true, layout: columns });
}

/** Makes a segment of rows that are on disk already; `syncFolder` afterwards makes it last. */
export async function writeManifest(folder: string, segment: Omit<SpooledSegment, 'path'>): Promise<void> {
  const { id, rows, bytes, crc32c, sealed, layout: columns } = segment;
  const path = manifestFile(folder, id);
  const text = JSON.stringify({ schema: FLOW_SCHEMA, rows, bytes, crc32c, sealed, layout: columns });
  try {
    await writeSynced(`${path}.new`, Buffer.from(text));
    await rename(`${path}.new`, path);
  } catch (error) {
    await rm(`${path}.new`, { force: true }).catch(() => undefined);
    throw error;
  }
}

export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
