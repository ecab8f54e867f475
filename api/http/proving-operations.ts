import { z } from 'zod';
import type { Operation } from './operation';
import { decisionQuery, usesQuery } from './routes/proving';

const text = z.string();
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const seconds = z.int().describe('epoch seconds');
const when = z.iso.datetime();
const window = z.object({ from: seconds, to: seconds });
const volume = { tuples: count, connections: count, packets: count };
const named = z.object({ id: text, name: text });
const action = z.enum(['allow', 'deny', 'pass']);
const interval = z.tuple([share, share]);
const byId = z.object({ id: text.describe('`latest` stands for the newest') });

const decision = z.object({
  client: text,
  server: text,
  protocol: count,
  port: count,
  action,
  words: text.describe('which rule or default decides, in a sentence'),
  rule: z.looseObject({ id: text, words: text }).nullable(),
  section: z.object({ id: text, category: text, name: text }).nullable(),
  clientGroups: z.array(named),
  serverGroups: z.array(named),
  otherwise: z.object({ action: z.enum(['deny', 'pass']), outbound: z.array(named), inbound: z.array(named) }),
  logging: z.array(z.object({ id: text, words: text })).describe('rules that match and only log'),
});

const uses = z.object({
  total: z.object(volume),
  uses: z.array(
    z.looseObject({ ...volume, client: text, server: text, action, rule: text.nullable(), words: text, why: text }),
  ),
});

const forecast = z.object({
  outlooks: z.array(
    z.object({
      days: count,
      unseen: share.describe('of kinds that are new'),
      uncovered: share.describe('of what was seen and has no rule'),
      share,
      interval,
    }),
  ),
  calibration: z.array(
    z.object({ made: seconds, after: count, days: count, expected: share, interval, came: share, held: z.boolean() }),
  ),
  held: share.nullable(),
  discovery: z.array(z.object({ day: seconds, kinds: count, shareNew: share })),
  kinds: z.object({ found: count, expected: count, nextWeek: count }),
  words: text,
});

const proof = z.object({
  id: text,
  policy: text,
  created: when,
  window,
  verdict: z.enum(['passed', 'failed', 'unproven']),
  passed: z.boolean(),
  budgets: z.object({ deniedConnections: share, deniedPackets: share, surface: share }),
  splits: z.array(
    z.object({
      train: window,
      test: window,
      itself: z.boolean().describe('the recommendation itself was judged, not what the days before propose'),
      rules: count,
      legitimate: z.object(volume),
      denied: z.looseObject(volume),
      surface: share,
    }),
  ),
  checks: z.array(
    z.object({
      name: z.enum(['denied-connections', 'denied-packets', 'surface']),
      value: share.nullable(),
      interval: interval.nullable(),
      budget: share,
      within: z.boolean(),
      words: text,
    }),
  ),
  forecast,
  reservations: z.array(text),
  words: text,
});

const windowBody = { type: 'application/json', schema: z.object({ from: when.optional(), to: when.optional() }) };

export const PROVING_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/decision',
    summary: 'Which rule or default decides about a connection; needs no traffic',
    status: 200,
    answer: decision,
    params: byId,
    query: decisionQuery,
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/uses',
    summary: 'What was used in a window and what the recommendation makes of it, busiest first',
    status: 200,
    answer: uses,
    params: byId,
    query: usesQuery,
  },
  {
    method: 'post',
    path: '/api/v1/recommendations/{id}/proof',
    summary: 'Judge it by days it was not made from, within the budgets, with a forecast of what no rule will cover',
    status: 200,
    answer: proof,
    params: byId,
    body: windowBody,
  },
  {
    method: 'get',
    path: '/api/v1/recommendations/{id}/proof',
    summary: 'Its latest proof',
    status: 200,
    answer: proof,
    params: byId,
  },
];
