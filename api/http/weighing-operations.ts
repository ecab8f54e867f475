import { z } from 'zod';
import type { Operation } from './operation';
import { consolidateBody, reachBody } from './routes/weighing';

const text = z.string();
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const seconds = z.int().describe('epoch seconds');
const when = z.iso.datetime();
const byId = z.object({ id: text.describe('`latest` stands for the newest') });

const point = z.object({
  steps: count.describe('merges to get there'),
  rules: count,
  open: count.describe("pairs of a known client, managed or not, and another's service that stay open"),
  surface: share.describe('of what a managed workload could reach without a policy, as a replay counts it'),
  denied: share.nullable().describe('of the connections that were held out; null where none were'),
  deniedPackets: share.nullable(),
  words: text.describe('what the dearest merge since the point before opened'),
});

const curve = z.object({
  policy: text,
  heldOut: z.object({ from: seconds, to: seconds }).nullable(),
  points: z.array(point).describe('from as many rules as there are to as few as there can be'),
  knee: point.describe('the point to choose where nothing else decides'),
  why: text.describe('why it is that one'),
});

const extent = z.object({
  starts: count.describe('workloads that an intruder may be on'),
  hops: z.array(z.number()).describe('by hop, how many others are reached by then, on average over them'),
  most: count.describe('from the worst of them'),
});
const compared = z.object({ before: extent, after: extent });
const hop = z.object({
  from: text,
  to: text,
  service: z.looseObject({ kind: text }),
  administration: text.nullable().describe('the administration protocol it is'),
  rule: text.nullable(),
  words: text.describe('what the rule says'),
});

const reach = z.object({
  policy: text,
  words: z.array(text),
  any: compared.describe('by whatever is served'),
  administration: compared.describe('by administration protocols only'),
  jewels: z.array(
    z.object({
      id: text,
      name: text,
      reason: text,
      workloads: count,
      before: count.describe('other workloads from which it can be reached, in any number of hops, without a policy'),
      after: count,
      administration: z.object({ before: count, after: count }),
      path: text.nullable().describe('the shortest way that is left'),
      paths: z.array(z.array(hop)).describe('for each number of hops, the shortest way of the most workloads'),
    }),
  ),
});

const json = (schema: z.ZodType) => ({ type: 'application/json', schema });
const windowBody = json(z.object({ from: when.optional(), to: when.optional() }));

export const WEIGHING_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/recommendations/{id}/curve',
    summary: 'What fewer rules would open and what they would deny of traffic the recommendation was not made from',
    status: 200,
    answer: curve,
    params: byId,
    body: windowBody,
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/curve',
    summary: 'Its latest trade-off curve',
    status: 200,
    answer: curve,
    params: byId,
  },
  {
    method: 'post',
    path: '/api/v1/recommendations/{id}/consolidation',
    summary: 'Make a recommendation of fewer rules, each naming what it opens beyond what those it stands for did',
    status: 201,
    answer: z.looseObject({ id: text }),
    params: byId,
    body: json(consolidateBody),
  },
  {
    method: 'post',
    path: '/api/v1/recommendations/{id}/reach',
    summary: 'How far an intruder gets without and with it, to which crown jewels, and by which rules',
    status: 200,
    answer: reach,
    params: byId,
    body: json(reachBody),
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/reach',
    summary: 'Its latest reach',
    status: 200,
    answer: reach,
    params: byId,
  },
];
