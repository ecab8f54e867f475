import { z } from 'zod';
import { policySchema } from '../../recommender/export/json/schema';
import type { Operation } from './operation';
import { cleanupQuery, importBody } from './routes/rulesets';

const text = z.string();
const count = z.int().min(0);

const finding = z.object({
  kind: z.enum([
    'matches-nothing',
    'shadowed',
    'redundant',
    'expired',
    'any-any',
    'unused',
    'over-broad',
    'duplicate-groups',
  ]),
  rule: text.nullable().describe('id; null where it is not about a rule'),
  by: z.array(text).describe('rules that decide instead, or groups that are the same'),
  words: text,
  numbers: z
    .object({ opened: count, used: count, connections: count })
    .nullable()
    .describe('combinations of known client, known server and service'),
  suggested: z.looseObject({ id: text, words: text }).nullable().describe('a rule that would do instead'),
});

export const RULESET_OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/policies/import',
    summary: 'Read an existing ruleset and store it as a draft; proved to mean the files',
    status: 201,
    answer: z.object({
      body: policySchema,
      remarks: z.array(text).describe('what of the files the policy does not say'),
      policy: z.looseObject({ id: text, name: text }).nullable().describe('null if it was only read'),
    }),
    body: { type: 'application/json', schema: importBody },
  },
  {
    method: 'get',
    path: '/api/v1/policies/{id}/cleanup',
    summary: 'Rules that can go, that nobody uses, or that open more than is used',
    status: 200,
    answer: z.object({
      policy: text,
      window: z.object({ from: count, to: count }).nullable().describe('null where there was no traffic to look at'),
      rules: count,
      findings: z.array(finding),
    }),
    params: z.object({ id: text }),
    query: cleanupQuery,
  },
];
