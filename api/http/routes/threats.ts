import { Router } from 'express';
import { z } from 'zod';
import { STATES, THREAT_KINDS } from '../../../analytics/threats';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const id = z.string().min(1).max(300);
const sayer = {
  by: z.string({ message: 'expected who says so' }).min(1).max(200),
  reason: z.string().max(2000).default(''),
};

export const threatQuery = z.strictObject({
  state: z.enum(STATES).optional(),
  kind: z.enum(THREAT_KINDS).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});
export const stateBody = z.strictObject({ state: z.enum(STATES), ...sayer });
export const markBody = z.strictObject({
  subject: id.describe('id of a workload or of a group'),
  jewel: z.boolean(),
  ...sayer,
});
export const quarantineBody = z.strictObject({
  workload: id.optional().describe('id, name or address; whom the finding is about where left out'),
  finding: id.optional(),
  allow: z.array(id).max(100).default([]).describe('groups of the policy, addresses, prefixes'),
  hours: z.int().min(1).max(8_760).default(72).describe('after which it is to be looked at again'),
  by: sayer.by,
  reason: z.string({ message: 'expected why' }).min(1).max(2000),
});
export const liftQuery = z.strictObject({ by: sayer.by, reason: z.string().max(2000).default('') });

/** What detectors found, what people make of it, and cutting a workload off. */
export function threatRoutes({ threats, jobs, settle, analysis }: Wayleave): Router {
  const router = Router();

  router.get('/threats', async (request, response) => {
    const { state, ...filter } = threatQuery.parse(request.query);
    response.json(await threats.list({ ...filter, states: state === undefined ? undefined : [state] }));
  });

  router.post('/threats/looks', (request, response) => {
    const window = windowSchema.parse(request.body ?? {});
    const { job, finished } = jobs.start('threats', async () => {
      await settle();
      await analysis.rollUp();
      return threats.look(window);
    });
    finished.catch(() => undefined);
    response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
  });

  router.get('/threats/crown-jewels', async (_, response) => {
    response.json(await threats.marks());
  });

  router.post('/threats/crown-jewels', async (request, response) => {
    const { subject, jewel, ...who } = markBody.parse(request.body ?? {});
    await threats.mark(subject, jewel, who);
    response.status(201).json({ subject, jewel, ...who });
  });

  router.get('/threats/:id', async (request, response) => {
    response.json(await threats.find(id.parse(request.params.id)));
  });

  router.post('/threats/:id/states', async (request, response) => {
    const { state, ...who } = stateBody.parse(request.body ?? {});
    response.status(201).json(await threats.say(id.parse(request.params.id), state, who));
  });

  router.post('/policies/:id/quarantine', async (request, response) => {
    const { by, reason, ...wish } = quarantineBody.parse(request.body ?? {});
    response.status(201).json(await threats.quarantine(id.parse(request.params.id), wish, { by, reason }));
  });

  router.delete('/policies/:id/quarantine/:name', async (request, response) => {
    const who = liftQuery.parse(request.query);
    response.json(await threats.lift(id.parse(request.params.id), id.parse(request.params.name), who));
  });

  return router;
}
