import { z } from 'zod';
import type { Operation } from './operation';
import { ruleDecisionBody } from './routes/rule-decisions';

const text = z.string();
const seconds = z.int().describe('epoch seconds');
const decision = z.object({
  id: text,
  at: seconds,
  by: text,
  reason: text,
  wish: z.looseObject({ kind: z.enum(['accept', 'reject']) }),
  undone: z.object({ at: seconds, by: text, reason: text }).optional(),
});

export const RULE_DECISION_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/rule-decisions',
    summary: 'What people accepted of what was refused, and which rules they rejected; undone ones too',
    status: 200,
    answer: z.array(decision),
  },
  {
    method: 'post',
    path: '/api/v1/rule-decisions',
    summary: 'Accept what a recommendation refused, or reject a rule of it; the next recommendation holds to it',
    status: 201,
    answer: decision,
    body: { type: 'application/json', schema: ruleDecisionBody },
  },
  {
    method: 'delete',
    path: '/api/v1/rule-decisions/{id}',
    summary: 'Undo such a decision; it stays on record',
    status: 200,
    answer: decision,
    params: z.object({ id: text.describe('or how it begins') }),
    query: z.object({ by: text.describe('who undoes it'), reason: text.optional() }),
  },
];
