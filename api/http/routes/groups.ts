import { Router } from 'express';
import { z } from 'zod';
import { describeDecision, findGroup, MOST_WORKLOADS } from '../../../analytics/group/decisions';
import { aboutGroup } from '../../../analytics/group/why';
import type { GroupDecision } from '../../../analytics/model/group-decision';
import type { Wayleave } from '../../wayleave';

const LONGEST_ID = 300;
const MOST_GROUPS = 100;

const id = z.string().min(1).max(LONGEST_ID);
const name = z.string().min(1).max(120);
const workloads = z.array(id).min(1).max(MOST_WORKLOADS);

/** Groups by id or name, workloads by id. */
const wish = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('rename'), group: id, name }),
  z.strictObject({ kind: z.literal('pin'), group: id, workloads }),
  z.strictObject({ kind: z.literal('move'), group: id, workloads }),
  z.strictObject({ kind: z.literal('merge'), groups: z.array(id).min(2).max(MOST_GROUPS) }),
  z.strictObject({ kind: z.literal('split'), group: id, workloads, name }),
  z.strictObject({ kind: z.literal('confirm'), group: id }),
  z.strictObject({ kind: z.literal('refuse'), group: id }),
  z.strictObject({ kind: z.literal('share'), workloads, name }),
]);
const decider = z.strictObject({
  by: z.string({ message: 'expected who decides' }).min(1).max(200),
  reason: z.string().max(2000).default(''),
});
export const decisionBody = decider.extend({ wish });
const pathId = z.object({ id });
const diffQuery = z.strictObject({ from: id.optional(), to: id.optional() });

/** What the analysis found, how it changed, and what people decided about it. */
export function groupRoutes({ analysis, decisions }: Pick<Wayleave, 'analysis' | 'decisions'>): Router {
  const router = Router();

  router.param('id', (_request, _response, next, written) => {
    pathId.parse({ id: written });
    next();
  });

  router.get('/groups', async (_, response) => {
    response.json(await analysis.topology());
  });

  router.get('/groups/runs', async (_, response) => {
    response.json(await analysis.topologies());
  });

  router.get('/groups/diff', async (request, response) => {
    const { from, to } = diffQuery.parse(request.query);
    response.json(await analysis.diff(from, to));
  });

  router.get('/groups/decisions', async (_, response) => {
    response.json((await decisions.list()).map(worded));
  });

  router.post('/groups/decisions', async (request, response) => {
    const { wish: wished, ...by } = decisionBody.parse(request.body ?? {});
    response.status(201).json(worded(await decisions.decide(wished, by)));
  });

  router.delete('/groups/decisions/:id', async (request, response) => {
    response.json(worded(await decisions.undo(request.params.id, decider.parse(request.query))));
  });

  router.get('/groups/:id', async (request, response) => {
    const topology = await analysis.topology();
    const decided = await decisions.list();
    const about = aboutGroup(findGroup(topology, request.params.id, decided), topology, decided);
    response.json({ ...about, decisions: about.decisions.map(worded) });
  });

  router.get('/workloads/:id/groups', async (request, response) => {
    const answer = await analysis.explain(request.params.id);
    response.json({ ...answer, decisions: answer.decisions.map(worded) });
  });

  return router;
}

function worded(decision: GroupDecision): GroupDecision & { readonly text: string } {
  return { ...decision, text: describeDecision(decision) };
}
