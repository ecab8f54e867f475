import { Router } from 'express';
import { z } from 'zod';
import type { Wayleave } from '../../wayleave';

const MOST_AT_ONCE = 500;

const id = z.string().min(1).max(200);
const decider = z.strictObject({
  by: z.string({ message: 'expected who decides' }).min(1).max(200),
  reason: z.string().max(2000).default(''),
});
/** Of the recommendation that refused or proposed it; the latest when left out. */
const policy = id.optional();
export const ruleDecisionBody = z.discriminatedUnion('kind', [
  decider.extend({ kind: z.literal('accept'), policy, refused: z.array(id).min(1).max(MOST_AT_ONCE) }),
  decider.extend({ kind: z.literal('reject'), policy, rule: id }),
]);

/** What people want of the next recommendations, whatever the traffic says. */
export function ruleDecisionRoutes({ analysis, ruleDecisions }: Pick<Wayleave, 'analysis' | 'ruleDecisions'>): Router {
  const router = Router();

  router.get('/rule-decisions', async (_, response) => {
    response.json(await ruleDecisions.list());
  });

  router.post('/rule-decisions', async (request, response) => {
    const body = ruleDecisionBody.parse(request.body ?? {});
    const { by, reason } = body;
    const of = await analysis.policy(body.policy);
    const decision =
      body.kind === 'accept'
        ? await ruleDecisions.accept(of, body.refused, { by, reason })
        : await ruleDecisions.reject(of, body.rule, { by, reason });
    response.status(201).json(decision);
  });

  router.delete('/rule-decisions/:id', async (request, response) => {
    response.json(await ruleDecisions.undo(id.parse(request.params.id), decider.parse(request.query)));
  });

  return router;
}
