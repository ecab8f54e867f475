import { Router } from 'express';
import { z } from 'zod';
import { DIFFERENCES, STANCES } from '../../../recommender/compliance';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const id = z.string().min(1).max(300);
const draft = z.stringbool().default(false).describe('the newest revision, as if all of it were enforced');

export const complianceQuery = windowSchema.extend({ draft });
export const pageQuery = complianceQuery.extend({
  stance: z.enum(STANCES).optional().describe('what the policy says'),
  difference: z.enum(DIFFERENCES).optional().describe('where that is not what happened'),
  client: id.optional().describe('group id, as edges have it; `none` for what is in no group'),
  server: id.optional(),
  after: z.string().max(200).optional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
});
const by = z.string({ message: 'expected who does it' }).min(1).max(200);
export const dismissBody = z.strictObject({ finding: id, by, reason: z.string().min(1).max(2000) });
export const acceptBody = z.strictObject({
  by,
  reason: z.string().max(2000).default(''),
  expected: z.int().min(0).exactOptional().describe('version of the policy that was looked at'),
  rules: z.array(id).min(1).max(10_000).optional().describe('ids of the proposed rules; all where left out'),
});

const groupOf = (written: string | undefined) => (written === 'none' ? null : written);

/** How policies and traffic differ, and what each conversation is to a policy. */
export function watchRoutes({ watch, jobs }: Pick<Wayleave, 'watch' | 'jobs'>): Router {
  const router = Router();

  router.get('/policies/:id/drift', async (request, response) => {
    response.json(await watch.report(request.params.id));
  });

  router.post('/policies/:id/drift', (request, response) => {
    const { job, finished } = jobs.start('drift', async (report) => {
      const { policy, findings } = await watch.evaluate(request.params.id, (done, total) =>
        report(done, total, `hour ${done + 1} of ${total}`),
      );
      return { policy, findings: findings.length };
    });
    finished.catch(() => undefined);
    response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
  });

  router.post('/policies/:id/drift/dismissals', async (request, response) => {
    const { finding, ...dismisser } = dismissBody.parse(request.body ?? {});
    response.status(201).json(await watch.dismiss(request.params.id, finding, dismisser));
  });

  router.post('/policies/:id/drift/revisions', async (request, response) => {
    const { rules, ...actor } = acceptBody.parse(request.body ?? {});
    response.status(201).json(await watch.accept(request.params.id, actor, rules));
  });

  const map = async (policy: string | undefined, query: unknown) => {
    const { draft: whole, ...window } = complianceQuery.parse(query);
    return watch.compliance(policy, { draft: whole, window: sides(window) });
  };
  const page = async (policy: string | undefined, query: unknown) => {
    const { draft: whole, from, to, client, server, ...asked } = pageQuery.parse(query);
    const options = { draft: whole, window: sides({ from, to }) };
    return watch.conversations(policy, { ...asked, client: groupOf(client), server: groupOf(server) }, options);
  };
  router.get('/policies/:id/compliance', async (request, response) => {
    response.json(await map(request.params.id, request.query));
  });
  router.get('/policies/:id/compliance/conversations', async (request, response) => {
    response.json(await page(request.params.id, request.query));
  });
  router.get('/compliance', async (request, response) => {
    response.json(await map(undefined, request.query));
  });
  router.get('/compliance/conversations', async (request, response) => {
    response.json(await page(undefined, request.query));
  });

  return router;
}

function sides({ from, to }: { from?: number | undefined; to?: number | undefined }) {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
