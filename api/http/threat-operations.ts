import { z } from 'zod';
import { SEVERITIES, STATES, THREAT_KINDS } from '../../analytics/threats';
import type { Operation } from './operation';
import { liftQuery, markBody, quarantineBody, stateBody, threatQuery } from './routes/threats';

const text = z.string();
const count = z.int().min(0);
const share = z.number().min(0).max(1);
const seconds = z.int().describe('epoch seconds');
const byId = z.object({ id: text.describe('or how it begins') });
const policyId = z.object({ id: text.describe('name, id, or how an id begins') });

const threat = z.object({
  id: text.describe('the same in every run that finds it'),
  kind: z.enum(THREAT_KINDS),
  words: text,
  workloads: z.array(
    z.object({
      workload: text,
      name: text,
      part: z.enum(['source', 'target']),
      managed: z.boolean(),
      addresses: z.array(text),
    }),
  ),
  seen: z.object({ from: seconds, to: seconds }),
  severity: z.enum(SEVERITIES),
  severityReason: text,
  confidence: share,
  confidenceReason: text,
  evidence: z.array(text),
  filter: text.describe('of conversations and of flows'),
  technique: z.object({ id: text, name: text }).nullable().describe('of MITRE ATT&CK, where it is plain'),
  response: text,
  state: z.enum(STATES),
  said: z.object({ by: text, reason: text, at: seconds }).nullable(),
});
const change = z.object({
  policy: text,
  revision: count.describe('which is a draft: to be approved, staged and enforced as any'),
  name: text,
  addresses: z.array(text),
  quarantined: z.array(text).describe('what is in quarantine in that revision'),
  base: count.describe('the revision it was made of: what is in force, where anything is'),
  leftOut: count.nullable().describe('a draft newer than that, which this revision leaves out'),
  inForce: z.boolean().describe('whether something of a lifted quarantine is staged or enforced still'),
});
const job = z.looseObject({ id: text, kind: text, state: text });

export const THREAT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/threats',
    summary: 'What detectors found, the worst first',
    status: 200,
    answer: z.array(threat),
    query: threatQuery,
  },
  {
    method: 'post',
    path: '/api/v1/threats/looks',
    summary: 'Look for threats now; in the last day there are conversations of unless a window is given',
    status: 202,
    answer: job,
    body: {
      type: 'application/json',
      schema: z.object({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() }),
    },
  },
  {
    method: 'get',
    path: '/api/v1/threats/crown-jewels',
    summary: 'What people said is, or is no crown jewel; the latest counts',
    status: 200,
    answer: z.array(z.object({ subject: text, jewel: z.boolean(), by: text, reason: text, at: seconds })),
  },
  {
    method: 'post',
    path: '/api/v1/threats/crown-jewels',
    summary: 'Say that a workload or a group is, or is no crown jewel',
    status: 201,
    answer: z.object({ subject: text, jewel: z.boolean(), by: text, reason: text }),
    body: { type: 'application/json', schema: markBody },
  },
  { method: 'get', path: '/api/v1/threats/{id}', summary: 'One finding', status: 200, answer: threat, params: byId },
  {
    method: 'post',
    path: '/api/v1/threats/{id}/states',
    summary: 'Acknowledge, dismiss, resolve or reopen a finding; what was said before is kept',
    status: 201,
    answer: threat,
    params: byId,
    body: { type: 'application/json', schema: stateBody },
  },
  {
    method: 'post',
    path: '/api/v1/policies/{id}/quarantine',
    summary: 'Cut a workload off both ways, as a new revision',
    status: 201,
    answer: change,
    params: policyId,
    body: { type: 'application/json', schema: quarantineBody },
  },
  {
    method: 'delete',
    path: '/api/v1/policies/{id}/quarantine/{name}',
    summary: 'Take a quarantine out again, and nothing else, as a new revision',
    status: 200,
    answer: change,
    params: policyId.extend({ name: text.describe('as it was imposed') }),
    query: liftQuery,
  },
];
