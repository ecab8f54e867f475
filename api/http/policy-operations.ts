import { z } from 'zod';
import { BACKENDS } from '../../recommender/export';
import { policySchema } from '../../recommender/export/json/schema';
import { stageSchema, targetSchema } from '../../recommender/lifecycle';
import type { Operation } from './operation';
import { actBody, createBody, diffQuery, exportQuery, reviseBody, rollBackBody, tendBody } from './routes/policies';
import { windowSchema } from './window';

const text = z.string();
const count = z.int().min(0);
const seconds = z.int().describe('epoch seconds');
const revision = z.int().min(1).describe('number of a revision');
const side = z.enum(['inbound', 'outbound']);
const said = { at: seconds, by: text, target: targetSchema, about: text.describe('the target in words') };

const policy = z.object({
  id: text,
  name: text,
  created: seconds,
  version: count.describe('goes up with everything that is done to it; what `expected` is held against'),
  head: revision.describe('the newest'),
  active: revision.nullable().describe('the one that is staged or enforced; null while nothing is'),
  owner: text.nullable(),
  comments: z.array(z.object({ ...said, text })),
  overrides: z
    .array(z.object({ ...said, revision, gate: text.describe('what it had found'), reason: text }))
    .describe('what was enforced though the gate had not passed it'),
});

const people = z.array(text);
const progress = { stage: stageSchema, author: text, reviewers: people, approvers: people };
const unit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rule'), rule: text, section: text, words: text, ...progress }),
  z.object({
    kind: z.literal('closing'),
    group: text,
    name: text,
    direction: side,
    closing: z.enum(['deny', 'alert']),
    ...progress,
  }),
]);
const sourceKind = z.enum(['created', 'recommendation', 'revised', 'edited', 'rolled-back', 'expired']);
const source = z.looseObject({ kind: sourceKind });
const effect = z.array(text).describe('in words, what it opens and what it would break against the revision before');
const units = z.array(unit).describe('its rules, in order, and its closings');
const header = z.object({
  number: revision,
  at: seconds,
  by: text,
  reason: text,
  source,
  effect,
  stages: z.record(stageSchema, count).describe('how many rules and closings of it have come how far'),
});
const stored = header.extend({ units, body: policySchema });
const changes = z.array(
  z.object({
    kind: z.enum(['added', 'removed', 'changed', 'moved', 'group', 'closure', 'named']),
    rules: z.array(text),
    group: text.nullable(),
    text,
  }),
);
const leftOut = z.array(z.object({ rule: text, words: text, why: text }));
const enforced = z.object({
  policy: policySchema,
  leftOut,
  overdue: leftOut.describe('still in it, though the lease has run out'),
});
const lease = z.object({
  rule: text,
  words: text,
  expires: z.iso.datetime(),
  state: z.enum(['running', 'expiring', 'expired']),
  stage: stageSchema,
  text,
});
const byId = z.object({ id: text.describe('id, or how it begins, or the name of a policy') });
const json = (schema: z.ZodType) => ({ type: 'application/json', schema });

/** Stored policies, their revisions, and what people do with them. */
export const POLICY_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/policies',
    summary: 'Stored policies, by name',
    status: 200,
    answer: z.array(policy),
  },
  {
    method: 'post',
    path: '/api/v1/policies',
    summary: 'Store a recommendation, or a policy, as the first revision of one',
    status: 201,
    answer: policy,
    body: json(createBody),
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}',
    summary: 'One policy, and how far each rule and closing of its newest revision has come',
    status: 200,
    answer: policy.extend({ revision: header, units }),
    params: byId,
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/revisions',
    summary: 'Its revisions, oldest first',
    status: 200,
    answer: z.array(z.object({ number: revision, at: seconds, by: text, reason: text, source: sourceKind })),
    params: byId,
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/revisions/{number}',
    summary: 'One revision, and how far each of its rules and closings has come',
    status: 200,
    answer: stored,
    params: byId.extend({ number: text.describe('or `latest`') }),
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/revisions',
    summary: 'Merge a recommendation into it, give it another body, or edit it by hand; or only say what that would do',
    status: 201,
    answer: z.object({
      body: policySchema,
      revision: revision.nullable().describe('null where it was only tried'),
      effect,
      changes,
      conflicts: z.array(text).describe('rules by hand that decide otherwise than recommended ones'),
      leftOut: z.array(text).describe('what was recommended and had been removed by hand'),
    }),
    params: byId,
    body: json(reviseBody),
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/revisions/{number}/replay',
    summary: 'What a revision would have done to the conversations of a window',
    status: 200,
    answer: z.looseObject({ policy: text, permitted: z.looseObject({}), denied: z.looseObject({}) }),
    params: byId.extend({ number: text.describe('or `latest`') }),
    body: json(windowSchema),
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/revisions/{number}/proof',
    summary: 'Run the gate on a revision; enforcing it asks for the verdict',
    status: 200,
    answer: z.looseObject({ id: text, policy: text, passed: z.boolean(), words: text }),
    params: byId.extend({ number: text.describe('or `latest`') }),
    body: json(windowSchema),
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/rollback',
    summary: 'A new revision with the body of an earlier one',
    status: 201,
    answer: stored,
    params: byId,
    body: json(rollBackBody),
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/diff',
    summary: 'What changed between two revisions, in words and in packets',
    status: 200,
    answer: z.object({
      from: revision,
      to: revision,
      changes,
      opened: z.array(text).describe('packets that only the later lets through, each for all of its class'),
      closed: z.array(text).describe('packets that only the earlier let through'),
      complete: z.boolean().describe('whether there are no more of either'),
    }),
    params: byId,
    query: diffQuery,
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/actions',
    summary: 'Review, approve, stage, enforce, withdraw, comment or own it',
    status: 200,
    answer: policy,
    params: byId,
    body: json(actBody),
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/history',
    summary: 'All that was done to it, oldest first',
    status: 200,
    answer: z.array(
      z.object({
        number: count,
        at: seconds,
        by: text,
        reason: text,
        kind: z.enum(['revise', 'review', 'approve', 'stage', 'enforce', 'withdraw', 'comment', 'own', 'renew']),
        revision: revision.optional(),
        text,
      }),
    ),
    params: byId,
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/leases',
    summary: 'Its leased rules, the first to end first',
    status: 200,
    answer: z.array(lease),
    params: byId,
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/leases',
    summary: 'Renew leases by what was used, and propose a revision without what ran out',
    status: 200,
    answer: z.object({
      renewed: z.record(text, z.iso.datetime()).describe('new ends by rule id'),
      proposed: revision.nullable(),
      leases: z.array(lease),
    }),
    params: byId,
    body: json(tendBody),
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/enforced',
    summary: 'What an enforcement point is to do now',
    status: 200,
    answer: enforced,
    params: byId,
    query: exportQuery,
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/exports/{backend}',
    summary: 'Render that for a backend, proved by importing it back',
    status: 200,
    answer: z.looseObject({
      files: z.array(z.object({ path: text, text })),
      leftOut,
      overdue: leftOut,
    }),
    params: byId.extend({ backend: z.enum([...BACKENDS.keys()] as [string, ...string[]]) }),
    query: exportQuery,
  },
];
