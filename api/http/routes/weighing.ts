import { Router } from 'express';
import { z } from 'zod';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const named = z.array(z.string().min(1).max(300)).max(1000).default([]);

export const reachBody = z.strictObject({
  jewels: named.describe(
    'groups by id or name, workloads by id, name or address; what is suggested where none is said',
  ),
  from: named.describe('where an intruder begins; any managed workload where none is said'),
});

export const consolidateBody = z
  .strictObject({
    rules: z.int().min(1).max(1_000_000).exactOptional().describe('at most so many'),
    extraShare: z.number().min(0).max(1000).exactOptional().describe('at most so much more open: 0.1 is a tenth'),
  })
  .default({});

/** `latest` stands for the newest wherever an id is asked for. */
const idOf = (given: string): string | undefined => (given === 'latest' ? undefined : given);

/** What fewer rules cost, and how far an intruder still gets. */
export function weighingRoutes({ analysis, weighing, jobs }: Wayleave): Router {
  const router = Router();

  router.post('/recommendations/:id/curve', async (request, response) => {
    const { from, to } = windowSchema.parse(request.body ?? {});
    const policy = await analysis.policy(idOf(request.params.id));
    const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    response.json(await jobs.start('curve', () => weighing.curve(policy, window)).finished);
  });

  router.get('/recommendations/:id/curve', async (request, response) => {
    response.json(await weighing.lastCurve((await analysis.policy(idOf(request.params.id))).id));
  });

  router.post('/recommendations/:id/consolidation', async (request, response) => {
    const limits = consolidateBody.parse(request.body ?? {});
    const policy = await analysis.policy(idOf(request.params.id));
    response.status(201).json(await jobs.start('recommendation', () => weighing.consolidate(policy, limits)).finished);
  });

  router.post('/recommendations/:id/reach', async (request, response) => {
    const question = reachBody.parse(request.body ?? {});
    const policy = await analysis.policy(idOf(request.params.id));
    response.json(await jobs.start('reach', () => weighing.reach(policy, question)).finished);
  });

  router.get('/recommendations/:id/reach', async (request, response) => {
    response.json(await weighing.lastReach((await analysis.policy(idOf(request.params.id))).id));
  });

  return router;
}
