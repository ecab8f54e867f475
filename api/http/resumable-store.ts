import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { Upload } from '@tus/server';
import { z } from 'zod';
import { codeOf } from '../../ingest/kernel/errors';

const receiptSchema = z.object({
  size: z.number(),
  ended: z.number(),
  report: z.looseObject({}).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** What became of an upload: one of `report` and `error`. */
export type Receipt = z.output<typeof receiptSchema>;

/**
 * Uploads on disk, and what became of them. The body goes once it is taken; the receipt stays for a while, so that a
 * client whose last answer was lost finds its upload complete and need not begin again.
 */
export class ResumableStore extends FileStore {
  readonly #receipts: string;

  /** @param expireMs from creation until an incomplete upload is given up, and from the end until its receipt is */
  constructor(
    readonly folder: string,
    readonly expireMs: number,
  ) {
    super({ directory: folder, expirationPeriodInMilliseconds: expireMs });
    this.#receipts = join(folder, 'receipts');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#receipts, { recursive: true, mode: 0o700 });
  }

  bodyOf(id: string): string {
    return join(this.folder, id);
  }

  /** One that is complete is on the disk for good when this tells so: a client asks when it missed the last answer. */
  override async getUpload(id: string): Promise<Upload> {
    const ended = await this.#ended(id);
    if (ended) return ended;
    try {
      const upload = await super.getUpload(id);
      if (upload.offset === upload.size) await this.sync(id);
      return upload;
    } catch (error) {
      // The receipt may have replaced it since.
      const since = await this.#ended(id);
      if (since) return since;
      throw error;
    }
  }

  /** The same; undefined when there is none. @throws what keeps it from being read */
  async find(id: string): Promise<Upload | undefined> {
    if (!(await this.receipt(id))) {
      const description = await readFile(descriptionOf(this.bodyOf(id)), 'utf8').catch(unlessMissing);
      const body = await stat(this.bodyOf(id)).catch(unlessMissing);
      // A crash while it was begun may leave half a description, or zeros.
      if (!body || description === undefined || !isJson(description)) return undefined;
    }
    return this.getUpload(id);
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    // An empty PATCH at the end is allowed, and the body may be gone by then.
    return (await this.receipt(id)) ? offset : super.write(body, id, offset);
  }

  /** Ids of uploads that have no receipt. */
  async ids(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  }

  async receipt(id: string): Promise<Receipt | undefined> {
    const text = await readFile(this.#receiptPath(id), 'utf8').catch(unlessMissing);
    return text === undefined ? undefined : receiptSchema.parse(JSON.parse(text));
  }

  /** Puts what was received on the disk for good, before the client is told that it is. */
  async sync(id: string): Promise<void> {
    for (const path of [this.bodyOf(id), descriptionOf(this.bodyOf(id)), this.folder]) await syncPath(path);
  }

  /** The upload has come to its end: the receipt replaces the body. */
  async settle(id: string, receipt: Receipt): Promise<void> {
    const path = this.#receiptPath(id);
    await writeFile(`${path}.new`, JSON.stringify(receipt), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
    await syncPath(this.#receipts);
    await this.discard(id);
  }

  async discard(id: string): Promise<void> {
    await rm(this.bodyOf(id), { force: true });
    await rm(descriptionOf(this.bodyOf(id)), { force: true });
  }

  /** Removes old receipts, and bodies that a crash left without their description. */
  async sweep(now: number): Promise<void> {
    const described = new Set(await this.ids());
    await removeOlder(this.#receipts, now - this.expireMs, () => true);
    await removeOlder(this.folder, now - this.expireMs, (name) => !described.has(name.replace(/\.json$/, '')));
  }

  async #ended(id: string): Promise<Upload | undefined> {
    const receipt = await this.receipt(id);
    return receipt && new Upload({ id, size: receipt.size, offset: receipt.size });
  }

  #receiptPath(id: string): string {
    return join(this.#receipts, `${id}.json`);
  }
}

function descriptionOf(body: string): string {
  return `${body}.json`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
}

/** A file, or the names in a folder. */
async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @param before epoch milliseconds; files last written earlier go */
export async function removeOlder(folder: string, before: number, which: (name: string) => boolean): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !which(entry.name)) continue;
    const path = join(folder, entry.name);
    const written = await stat(path).catch(() => undefined);
    if (written && written.mtimeMs < before) await rm(path, { force: true });
  }
}
