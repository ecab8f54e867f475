import { z } from 'zod';
import { NOISE_KINDS } from '../../analytics/noise';
import { recommendBody } from './routes/recommendations';
import { RULE_DECISION_OPERATIONS } from './rule-decision-operations';
import { policySchema } from '../../recommender/export/json/schema';
import { GROUP_OPERATIONS, topology } from './group-operations';
import { INVENTORY_OPERATIONS } from './inventory-operations';
import type { Operation } from './operation';
import { POLICY_OPERATIONS } from './policy-operations';
import { problemSchema } from './problem';
import { PROVING_OPERATIONS } from './proving-operations';
import { WEIGHING_OPERATIONS } from './weighing-operations';
import { RULESET_OPERATIONS } from './ruleset-operations';
import { QUERY_OPERATIONS } from './query-operations';
import { WATCH_OPERATIONS } from './watch-operations';
import { THREAT_OPERATIONS } from './threat-operations';
import { mapQuery } from './routes/analysis';

const text = z.string();
const count = z.int().min(0);
const when = z.iso.datetime();
const place = z.record(z.string(), z.union([z.string(), z.number()]));
const reject = z.object({ code: text, message: text, where: place });

const job = z.object({
  id: text,
  kind: z.enum([
    'upload',
    'analysis',
    'recommendation',
    'replay',
    'proof',
    'curve',
    'reach',
    'drift',
    'threats',
    'backup',
  ]),
  state: z.enum(['running', 'done', 'failed']),
  progress: z.number().min(0).max(1),
  step: text,
  started: when,
  ended: when.nullable(),
  error: z.object({ code: text, message: text }).nullable(),
  result: z.unknown(),
});

const upload = z.object({
  name: text,
  format: text,
  digest: text.describe('SHA-256 of the content'),
  bytes: count,
  duplicate: z.boolean().describe('the same content was taken before; nothing was added'),
  rows: count.describe('flows taken'),
  skipped: count.describe('records that hold no flow by design'),
  lost: count.describe('records the source itself says it lost'),
  rejected: count,
  sightings: count.describe('what was said of addresses beside flows: listeners, names, users'),
  rejects: z.array(reject).describe('the first of them, with their places'),
  exporters: z.array(text),
});

const readiness = z.object({
  status: z.enum(['ready', 'degraded', 'full', 'not-receiving']),
  checks: z.array(
    z.object({ name: z.enum(['spool', 'loading', 'store', 'collector']), ok: z.boolean(), reason: text.nullable() }),
  ),
});

const pipeline = z.object({
  full: z
    .object({ cause: z.enum(['bytes', 'age', 'disk']), reason: text })
    .nullable()
    .describe('why senders are pushed back'),
  trouble: z.object({ reason: text, since: when }).nullable().describe('why nothing leaves the spool'),
  backlog: count.describe('bytes that wait in the spool'),
  oldest: when.nullable().describe('when what waits longest was written'),
  receiving: z.boolean().describe('whether the sockets are open'),
});

const windowQuery = z.object({ from: when.optional(), to: when.optional() });
const seconds = z.int().describe('epoch seconds');
const exporter = z.looseObject({
  exporter: text,
  domain: count.describe('observation domain, source id or sub-agent'),
  format: text,
  flows: count,
  lost: count.describe('records missing by sequence number'),
  dropped: count.describe('datagrams of the exporter that were dropped because the spool was full; in `lost` too'),
  samplingRate: count.describe('one packet in how many; 0 unknown'),
  samplingSource: z.enum(['unknown', 'header', 'options', 'records', 'set']),
  score: z.number().describe('0 to 1: what share of what happened was seen, as far as can be told'),
  parts: z.array(z.object({ name: z.enum(['received', 'decoded', 'heard']), share: z.number(), text })),
  blind: z.array(z.object({ from: seconds, to: seconds, why: z.enum(['silent', 'losing']) })),
});

const span = z.object({ from: seconds, to: seconds });
const noiseKind = z.enum(NOISE_KINDS);
const noise = z.object({
  window: span,
  findings: z.array(
    z.object({
      kind: noiseKind,
      scope: text,
      address: text.describe('the scanner; for the other kinds what is asked'),
      peers: count.describe('addresses at the other end'),
      examples: z.array(text),
      seen: span,
      connections: count,
      answered: z.number().describe('share of what was tried'),
      confidence: z.number(),
      reason: text,
    }),
  ),
});
const dynamicServices = z.object({
  window: span,
  services: z.array(
    z.object({
      scope: text,
      server: text,
      protocol: count,
      control: count.nullable().describe('the port clients ask first; null where none is known'),
      observed: z.object({ first: count, last: count }),
      ports: z.array(count),
      stability: z.object({ medianLifeHours: z.number(), onSeveralDays: z.number(), newPortsPerDay: z.number() }),
      clients: count,
      confidence: z
        .number()
        .describe('below 0.5 and without a control port it may as well be a server of many fixed services'),
      reason: text,
      evidence: z.looseObject({ kind: z.enum(['control', 'wandering', 'ftp-data']) }),
    }),
  ),
});

const traffic = { tuples: count, connections: count, packets: count };
const replay = z.looseObject({
  legitimate: z.object(traffic),
  denied: z.looseObject({ ...traffic, shareOfConnections: z.number(), shareOfPackets: z.number() }),
  surface: z.looseObject({ open: count, possible: count, share: z.number() }),
});

const windowBody = { type: 'application/json', schema: z.object({ from: when.optional(), to: when.optional() }) };
const byId = z.object({ id: text.describe('`latest` stands for the newest') });

const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process answers',
    status: 200,
    answer: z.object({ status: z.literal('ok') }),
    open: true,
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether what is sent is taken and kept: 200 when ready or degraded, 503 when full or not receiving',
    status: 200,
    answer: readiness,
    open: true,
  },
  { method: 'get', path: '/metrics', summary: 'Metrics in Prometheus text format', status: 200, answer: text },
  {
    method: 'post',
    path: '/api/v1/uploads',
    summary:
      'Take a file of flows; its format is recognised by content. Answered once the flows are stored; 503 with Retry-After while they cannot be',
    status: 201,
    answer: upload,
    query: z.object({ name: text.optional().describe('what to call it in reports') }),
    body: { type: 'application/octet-stream', schema: z.string().meta({ format: 'binary' }) },
  },
  {
    method: 'post',
    path: '/api/v1/uploads/resumable',
    summary: 'Begin a resumable upload (tus 1.0); the Location that is answered takes the PATCH requests',
    status: 201,
    answer: z.unknown(),
  },
  {
    method: 'get',
    path: '/api/v1/uploads/resumable/{id}/report',
    summary: 'What became of a resumable upload; 202 while it is received, taken, or waits to be',
    status: 200,
    answer: upload,
    params: z.object({ id: text }),
  },
  { method: 'get', path: '/api/v1/uploads', summary: 'What was taken', status: 200, answer: z.array(upload.partial()) },
  ...INVENTORY_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/status',
    summary: 'Counts and jobs',
    status: 200,
    answer: z.object({
      flows: count.nullable().describe('null while the store is away'),
      uploads: count.nullable(),
      exporters: count,
      pipeline,
      sources: z.array(z.looseObject({})).describe('watched folders and buckets: what waits, what failed and why'),
      jobs: z.array(job),
    }),
  },
  {
    method: 'get',
    path: '/api/v1/exporters',
    summary: 'How well every exporter and observation domain was heard; the last day unless a window is given',
    status: 200,
    answer: z.array(exporter),
    query: windowQuery,
  },
  {
    method: 'get',
    path: '/api/v1/listeners',
    summary: 'What sockets took and lost; the last day unless a window is given',
    status: 200,
    answer: z.array(
      z.object({
        listener: text,
        received: count,
        droppedByKernel: count,
        droppedByUs: count,
        exporters: z.array(z.object({ exporter: text, datagrams: count })),
      }),
    ),
    query: windowQuery,
  },
  {
    method: 'put',
    path: '/api/v1/exporters/{exporter}/sampling-rate',
    summary:
      'Set the sampling rate of an exporter that does not state one; also for flows of the past. 0 takes it back',
    status: 200,
    answer: z.object({ exporter: text, domain: count.nullable(), rate: count }),
    params: z.object({ exporter: text.describe('its address') }),
    body: { type: 'application/json', schema: z.object({ rate: count, domain: count.optional() }) },
  },
  ...QUERY_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/noise',
    summary: 'Traffic that no rule should come of, and why; the last week unless a window is given',
    status: 200,
    answer: noise,
    query: windowQuery.extend({ kind: noiseKind.optional() }),
  },
  {
    method: 'get',
    path: '/api/v1/services/dynamic',
    summary: 'Server ports that wander, as one service per server; the last week unless a window is given',
    status: 200,
    answer: dynamicServices,
    query: windowQuery,
  },
  { method: 'get', path: '/api/v1/jobs', summary: 'Jobs, newest first', status: 200, answer: z.array(job) },
  {
    method: 'get',
    path: '/api/v1/jobs/{id}',
    summary: 'One job, with its progress',
    status: 200,
    answer: job,
    params: z.object({ id: text }),
  },
  {
    method: 'post',
    path: '/api/v1/backups',
    summary: 'Back up the data directory, under `backups` in it, while everything goes on',
    status: 202,
    answer: job,
  },
  {
    method: 'post',
    path: '/api/v1/analyses',
    summary: 'Find applications, tiers and shared services',
    status: 202,
    answer: job,
    body: windowBody,
  },
  ...GROUP_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/map',
    summary: 'The picture of it, laid out',
    status: 200,
    answer: z.looseObject({ topology: text.nullable() }),
    query: mapQuery,
  },
  {
    method: 'post',
    path: '/api/v1/recommendations',
    summary: 'Propose an allow-list from an analysis',
    status: 202,
    answer: job,
    body: {
      type: 'application/json',
      schema: recommendBody,
    },
  },
  ...RULE_DECISION_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/recommendations',
    summary: 'Recommendations, newest first',
    status: 200,
    answer: z.array(z.object({ id: text, created: when })),
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}',
    summary: 'One recommendation with its evidence',
    status: 200,
    answer: policySchema,
    params: byId,
  },
  {
    method: 'post',
    path: '/api/v1/recommendations/{id}/replay',
    summary: 'What it would have done to the conversations of a window',
    status: 200,
    answer: replay,
    params: byId,
    body: windowBody,
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/replay',
    summary: 'Its latest replay',
    status: 200,
    answer: replay,
    params: byId,
  },
  ...PROVING_OPERATIONS,
  ...WEIGHING_OPERATIONS,
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/exports/{backend}',
    summary: 'Render it for a backend, proved by importing it back',
    status: 200,
    answer: z.looseObject({ files: z.array(z.object({ path: text, text })) }),
    params: byId.extend({ backend: z.enum(['nftables', 'kubernetes', 'json']) }),
  },
  ...POLICY_OPERATIONS,
  ...RULESET_OPERATIONS,
  ...WATCH_OPERATIONS,
  ...THREAT_OPERATIONS,
];

/** Schemas that are named in the document. */
const COMPONENTS = {
  Job: job,
  Upload: upload,
  Topology: topology,
  Policy: policySchema,
  Replay: replay,
  Problem: problemSchema,
};

/** OpenAPI 3.1 of everything under this server; the tests hold it against the routes. */
export function openApiDocument() {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: { title: 'Wayleave', version: '0.1.0', description: 'Flows in, a proven allow-list out.' },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(COMPONENTS).map(([name, schema]) => [name, jsonSchema(schema)])),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function describe({ summary, status, answer, query, params, body, open }: Operation): object {
  return {
    summary,
    ...(open ? {} : { security: [{ token: [] }] }),
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(body ? { requestBody: { content: { [body.type]: { schema: schemaOf(body.schema) } } } } : {}),
    responses: {
      [status]: { description: summary, content: { 'application/json': { schema: schemaOf(answer) } } },
      default: {
        description: 'what went wrong (RFC 9457)',
        content: { 'application/problem+json': { schema: schemaOf(problemSchema) } },
      },
    },
  };
}

function parametersOf(place: 'path' | 'query', object: z.ZodObject | undefined): object[] {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => {
    return { name, in: place, required: place === 'path', schema: schemaOf(schema as z.ZodType) };
  });
}

function schemaOf(schema: z.ZodType): object {
  const [name] = Object.entries(COMPONENTS).find(([, component]) => component === schema) ?? [];
  return name === undefined ? jsonSchema(schema) : { $ref: `#/components/schemas/${name}` };
}

/** OpenAPI 3.1 takes JSON Schema as it is. */
function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
