import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FLOW_COLUMNS, type FlowColumnName } from '../model/flow';
import type { Segment } from '../store';

/** Beside each `<id>.rows`: what it holds. A segment counts from the moment this exists. */
const manifestSchema = z.strictObject({
  schema: z.literal(1),
  rows: z.int().positive(),
  bytes: z.int().positive(),
  layout: z.array(z.enum(FLOW_COLUMNS.map(({ name }) => name) as [FlowColumnName, ...FlowColumnName[]])).min(1),
});

export interface SpooledSegment extends Segment {
  readonly bytes: number;
}

export function rowsFile(folder: string, id: string): string {
  return join(folder, `${id}.rows`);
}

export function manifestFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/** @throws Error when there is none that we understand */
export async function readManifest(folder: string, id: string): Promise<SpooledSegment> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestFile(folder, id), 'utf8')));
  const { rows, bytes, layout } = manifest;
  return { id, path: rowsFile(folder, id), layout, rows, bytes };
}

/** Makes a segment of rows that are on disk already; `syncFolder` afterwards makes it last. */
export async function writeManifest(folder: string, { id, rows, bytes, layout }: SpooledSegment): Promise<void> {
  const path = manifestFile(folder, id);
  await writeSynced(`${path}.new`, Buffer.from(JSON.stringify({ schema: 1, rows, bytes, layout })));
  await rename(`${path}.new`, path);
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
