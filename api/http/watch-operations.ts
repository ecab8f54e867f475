import { z } from 'zod';
import { DIFFERENCES, OUTCOMES, STANCES } from '../../recommender/compliance';
import { FINDING_KINDS, SEVERITIES } from '../../recommender/drift';
import type { Operation } from './operation';
import { acceptBody, complianceQuery, dismissBody, pageQuery } from './routes/watch';

const text = z.string();
const count = z.int().min(0);
const seconds = z.int().describe('epoch seconds');
const window = z.object({ from: seconds, to: seconds });
const application = z.object({ id: text, name: text }).nullable();
const severity = z.enum(SEVERITIES);

const finding = z.object({
  id: text.describe('the same in every evaluation'),
  kind: z.enum(FINDING_KINDS),
  application,
  severity,
  because: text.describe('why it is as severe as it is'),
  words: text,
  firstSeen: seconds,
  lastSeen: seconds,
  connections: count,
  who: z.array(text),
  whoCount: count.describe('how many there are; `who` names the first of them'),
  filter: text.describe('what shows it, for `GET /api/v1/conversations`; empty where there is nothing to show'),
  groupless: z.array(text).optional().describe('of them and of those they use, who is in no group of the policy'),
  rules: z.array(text).describe('ids of rules of the policy'),
  proposed: text.optional().describe('id of the rule of the delta that would cover it'),
  dismissed: z.object({ by: text, reason: text, at: seconds }).optional(),
});

const drift = z.object({
  policy: text,
  topology: text,
  evaluated: z.iso.datetime(),
  window: window.nullable(),
  hours: count.describe('compared so far'),
  findings: z.array(finding).describe('worst first, dismissed ones last'),
  leftOff: count,
  uncounted: count.describe('denied conversations that were too many in their hour to be kept one by one'),
  digest: z.array(
    z.object({ application, counts: z.partialRecord(z.enum(FINDING_KINDS), count), worst: severity, words: text }),
  ),
  delta: z
    .looseObject({ sections: z.array(z.looseObject({})), groups: z.array(z.looseObject({})) })
    .describe('rules and groups to add, and what is refused, as in a policy'),
  rerun: z.object({ advised: z.boolean(), reasons: z.array(text) }),
  words: text,
});

const volume = z.object({ tuples: count.describe('conversations'), connections: count, packets: count });
const stances = z.record(z.enum(STANCES), volume);
const outcomes = z.record(z.enum(OUTCOMES), volume);
const differences = z.record(z.enum(DIFFERENCES), volume);
const end = z.object({ group: text.nullable(), kind: text, name: text });
const compliance = z.object({
  policy: text.nullable(),
  window,
  stances: stances.describe('the draft view: what the policy says'),
  tries: stances.describe('of these, what nobody answered'),
  onceEnforced: z
    .object({ denied: volume, answered: volume })
    .optional()
    .describe('what the policy would deny were all of it enforced, and what of it is answered today'),
  outcomes: outcomes.describe('the observed view: what became of it'),
  differences,
  edges: z.array(
    z.object({
      client: end,
      server: end,
      stances,
      tries: stances.describe('of these, what nobody answered'),
      outcomes,
      differences,
      ends: z.record(z.enum(['both', 'client', 'server', 'neither']), volume).describe('by the ends that are closed'),
      services: z.array(z.object({ words: text, stance: z.enum(STANCES), connections: count })),
      rules: z.array(z.object({ rule: text, connections: count })),
    }),
  ),
  leftOff: count,
  applications: z.array(
    z.object({
      application: text,
      name: text,
      connections: count.describe('answered'),
      covered: count.describe('of these, by rules that allow them'),
      share: z.number(),
      denied: count,
      unprotected: count,
      unknown: count,
    }),
  ),
  words: text,
});
const page = z.object({
  conversations: z.array(
    z.looseObject({
      conversation: text,
      stance: z.enum(STANCES),
      outcome: z.enum(OUTCOMES),
      difference: z.enum(DIFFERENCES).nullable(),
      rule: text.nullable(),
    }),
  ),
  next: text.nullable().describe('`after` of the next page; null on the last'),
  leftOut: count,
});

const params = z.object({ id: text.describe('of a stored policy or of a recommendation') });
const json = (schema: z.ZodType) => ({ type: 'application/json', schema });
const map = { method: 'get', status: 200, answer: compliance, query: complianceQuery } as const;
const list = { method: 'get', status: 200, answer: page, query: pageQuery } as const;

/** How policies and traffic differ, and what each conversation is to a policy. */
export const WATCH_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/policies/{id}/drift',
    summary: 'How a policy and the traffic since it was made differ, as last compared',
    status: 200,
    answer: drift,
    params,
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/drift',
    summary: 'Compare every hour that was rolled up since',
    status: 202,
    answer: z.looseObject({ id: text }),
    params,
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/drift/dismissals',
    summary: 'Let a finding be until it changes materially; the dismissal stays on record',
    status: 201,
    answer: finding,
    params,
    body: json(dismissBody),
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/drift/revisions',
    summary: 'Make what drift proposes the next revision of a stored policy',
    status: 201,
    answer: z.looseObject({ revision: count.nullable(), effect: z.array(text) }),
    params,
    body: json(acceptBody),
  },
  {
    ...map,
    path: '/api/v1/policies/{id}/compliance',
    summary: 'Each conversation against a policy, by pairs of its groups; the last day unless a window is given',
    params,
  },
  {
    ...list,
    path: '/api/v1/policies/{id}/compliance/conversations',
    summary: 'The conversations behind it, most connections first',
    params,
  },
  { ...map, path: '/api/v1/compliance', summary: 'The same against the latest recommendation' },
  { ...list, path: '/api/v1/compliance/conversations', summary: 'The same of the latest recommendation' },
];
