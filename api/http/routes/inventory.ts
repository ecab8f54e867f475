import express, { Router, type Request } from 'express';
import { z } from 'zod';
import { documentOf, kindOf, readSnapshot, type ImportReport } from '../../../analytics/inventory';
import { messageOf, WayleaveError } from '../../../ingest/kernel/errors';
import type { Wayleave } from '../../wayleave';

/** Once decompressed. */
const LARGEST_BODY = '256mb';
const MOST_DOCUMENTS = 1000;
const MOST_WORKLOADS = 10_000;

/** What `PUT` replaces. */
const DEFAULT_SOURCE = { source: 'inventory', kind: 'csv' };

const texts = z
  .string()
  .max(10_000)
  .transform((text, context) => {
    const parsed = z.record(z.string(), z.string()).safeParse(parsedJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: 'expected a JSON object of texts' });
    return z.NEVER;
  });

const endsMost = z.stringbool().default(false);
const importQuery = z.strictObject({
  source: z.string().regex(/^[\w.-]{1,100}$/, 'letters, digits, `_`, `.` and `-`'),
  kind: z.string().max(100).optional(),
  name: z.string().min(1).max(255).default('upload'),
  dryRun: z.stringbool().default(false),
  endsMost,
  scope: z.string().max(200).optional(),
  domain: z.string().max(255).optional(),
  mapping: texts.optional(),
  labels: texts.optional(),
});

const limit = z.coerce.number().int().min(1).max(MOST_WORKLOADS).default(100);
const at = z.iso
  .datetime({ offset: true, message: 'expected a time such as 2026-11-20T00:00:00Z' })
  .transform((text) => Math.floor(Date.parse(text) / 1000))
  .optional();
const listQuery = z.strictObject({ limit });
const workloadsQuery = z.strictObject({
  at,
  limit,
  kind: z.enum(['managed', 'unknown', 'external']).default('managed'),
  filter: z.string().max(200).default(''),
  after: z.string().max(1000).default(''),
});

/** Who was behind which address: what sources say of it, and what comes of that. */
export function inventoryRoutes({ inventory, clock }: Pick<Wayleave, 'inventory' | 'clock'>): Router {
  const router = Router();
  const body = express.raw({ type: () => true, limit: LARGEST_BODY });
  const seconds = (given: number | undefined) => given ?? Math.floor(clock().getTime() / 1000);

  router.post('/inventory/imports', body, async (request, response) => {
    const { source, kind, name, dryRun, endsMost: mayEndMost, ...options } = importQuery.parse(request.query);
    const given = { source, mayEndMost, ...readSnapshot(await documentsOf(request, name), { kind, options }) };
    response.json(await (dryRun ? inventory.diff(given) : inventory.import(given)));
  });

  router.get('/inventory/imports', async (request, response) => {
    response.json(await inventory.imports(listQuery.parse(request.query).limit));
  });

  router.put('/inventory', body, async (request, response) => {
    const { source, kind } = DEFAULT_SOURCE;
    const { endsMost: mayEndMost } = z.strictObject({ endsMost }).parse(request.query);
    const documents = await documentsOf(request, 'inventory');
    const found = kindOf(documents) ?? kind;
    if (found !== kind) throw notInColumns(found);
    const read = readSnapshot(documents, { kind, options: {} });
    const report: ImportReport = await inventory.import({ source, mayEndMost, ...read });
    response.json({ ...report, entries: report.claims });
  });

  router.get('/inventory/conflicts', async (request, response) => {
    response.json(await inventory.conflicts(listQuery.parse(request.query).limit));
  });

  router.get('/workloads', async (request, response) => {
    const { filter: text, ...query } = workloadsQuery.parse(request.query);
    response.json(await inventory.workloads({ ...query, text, at: seconds(query.at) }));
  });

  router.get('/workloads/:id', async (request, response) => {
    const query = z.strictObject({ at }).parse(request.query);
    response.json(await inventory.workload(request.params.id, seconds(query.at)));
  });

  return router;
}

/** The files of a form, or the whole body as one document. */
async function documentsOf(request: Request, name: string) {
  const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const type = request.get('content-type') ?? '';
  if (!type.toLowerCase().startsWith('multipart/form-data')) return [documentOf(name, content.toString('utf8'))];
  const files = [...(await formOf(content, type)).values()].filter((part) => typeof part !== 'string');
  if (files.length === 0 || files.length > MOST_DOCUMENTS) {
    throw new WayleaveError(`the form holds ${files.length} files; expected 1 to ${MOST_DOCUMENTS}`, {
      code: 'bad-request',
    });
  }
  return Promise.all(files.map(async (file) => documentOf(file.name, await file.text())));
}

function notInColumns(kind: string): WayleaveError {
  return new WayleaveError(
    `this is read as ${kind}, and here a CSV of workloads is expected: POST /api/v1/inventory/imports?source=… takes it`,
    { code: 'bad-inventory', where: { kind } },
  );
}

async function formOf(content: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(content), { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new WayleaveError(`the form cannot be read: ${messageOf(cause)}`, { code: 'bad-request', cause });
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
