import { link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../../ingest/kernel/errors';
import { filesIn } from './files';

/** Names in a data directory that come from its state. */
export const STATE: ReadonlySet<string> = new Set(['templates.json', 'watch', 'spool', 'outbox', 'incoming']);

/**
 * What a data directory holds beside its tables and cannot be made anew, as hard links in a folder of the same file
 * system: every one of these files is replaced by a rename and never written into once it has its name. A file that goes
 * while we look was dealt with, and what came of it is in the tables, which are frozen afterwards.
 *
 * Not among it: the API token (a secret; the first start makes another), earlier backups, and what is still being
 * received, which nobody was told we have.
 */
export async function linkState(data: string, stage: string): Promise<void> {
  await linkAll(data, stage, '.', (name) => name === 'templates.json');
  await linkAll(data, stage, 'watch', (name) => name.endsWith('.json'));
  await linkSpool(data, stage, 'spool');
  await linkSpool(data, stage, 'outbox');
  await linkUploads(data, stage);
}

const sealed = z.looseObject({ open: z.literal(true).optional() });

async function linkSpool(data: string, stage: string, folder: string): Promise<void> {
  for (const name of await namesIn(join(data, folder))) {
    if (!name.endsWith('.json')) continue;
    const manifest = join(folder, name);
    if (!(await linked(data, stage, manifest))) continue;
    // Rows still being appended, or gone because they are in the tables by now.
    const whole =
      says(sealed, await readFile(join(stage, manifest), 'utf8'))?.open === undefined &&
      (await linked(data, stage, manifest.replace(/\.json$/, '.rows')));
    if (!whole) await rm(join(stage, manifest));
  }
  const aside = join(folder, 'aside');
  for await (const name of filesIn(join(data, aside))) await linked(data, stage, join(aside, name));
}

const upload = z.looseObject({ size: z.number() });

/** Whole bodies before receipts: a body that was taken meanwhile has left its receipt. */
async function linkUploads(data: string, stage: string): Promise<void> {
  const folder = join('incoming', 'resumable');
  for (const name of await namesIn(join(data, folder))) {
    if (!name.endsWith('.json')) continue;
    const description = join(folder, name);
    const body = join(folder, basename(name, '.json'));
    const text = await readFile(join(data, description), 'utf8').catch(gone);
    const size = await stat(join(data, body)).then((found) => found.size, gone);
    if (text === undefined || size === undefined || says(upload, text)?.size !== size) continue;
    if ((await linked(data, stage, body)) && !(await linked(data, stage, description))) await rm(join(stage, body));
  }
  await linkAll(data, stage, join(folder, 'receipts'), (name) => name.endsWith('.json'));
}

/** What a text says, or nothing when it is not of that shape. */
function says<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function linkAll(data: string, stage: string, folder: string, which: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(join(data, folder))) if (which(name)) await linked(data, stage, join(folder, name));
}

async function linked(data: string, stage: string, path: string): Promise<boolean> {
  await mkdir(dirname(join(stage, path)), { recursive: true, mode: 0o700 });
  return link(join(data, path), join(stage, path)).then(
    () => true,
    (error: unknown) => gone(error) !== undefined,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(gone)) ?? [];
}

/** @throws whatever is not the absence of a file */
function gone(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
