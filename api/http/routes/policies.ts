import { Router } from 'express';
import { z } from 'zod';
import type { Window } from '../../../analytics/model/topology';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { BACKENDS, exportPolicy } from '../../../recommender/export';
import { policySchema } from '../../../recommender/export/json/schema';
import { editsSchema, stageSchema, targetNames, targetSchema, type Actor } from '../../../recommender/lifecycle';
import type { RevisionInput } from '../../policies';
import { eventView, policyView, revisionOf, revisionView } from '../../policy-view';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const LONGEST_ID = 300;

const id = z.string().min(1).max(LONGEST_ID);
const number = z.int().min(1).max(1_000_000);
const recommendation = id.exactOptional().describe('id; the newest where neither it nor a body is said');
const actor = {
  by: z.string({ message: 'expected who does it' }).min(1).max(200),
  reason: z.string().max(2000).default(''),
  expected: z
    .int()
    .min(0)
    .exactOptional()
    .describe('version of the policy that was acted on; 409 if it is another by now'),
};
const body = policySchema.optional().describe('a policy, of which the id is reckoned anew');

export const createBody = z.strictObject({
  ...actor,
  name: z.string().min(1).max(120).exactOptional(),
  recommendation,
  body,
});
export const reviseBody = z
  .strictObject({
    ...actor,
    recommendation,
    body,
    edits: editsSchema.optional(),
    dryRun: z.boolean().default(false).describe('only say what it would come to'),
    window: windowSchema.optional().describe('by whose traffic it is judged; its last 30 days where left out'),
  })
  .refine(
    (each) => [each.recommendation, each.body, each.edits].filter((input) => input !== undefined).length <= 1,
    'one of recommendation, body and edits',
  );
export const rollBackBody = z.strictObject({ ...actor, to: number });
const moving = { revision: number, target: targetSchema };
export const actBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['review', 'approve']), ...moving, ...actor }),
  z.strictObject({
    kind: z.enum(['stage', 'enforce']),
    ...moving,
    drop: z.boolean().exactOptional().describe('what is in force and not in this revision may go'),
    override: z.string().min(1).max(2000).exactOptional().describe('why the gate need not pass; kept'),
    ...actor,
  }),
  z.strictObject({ kind: z.literal('withdraw'), ...moving, to: stageSchema, ...actor }),
  z.strictObject({ kind: z.literal('comment'), target: targetSchema, text: z.string().min(1).max(2000), ...actor }),
  z.strictObject({ kind: z.literal('own'), owner: z.string().min(1).max(120), ...actor }),
]);
export const tendBody = z.strictObject(actor);
const positive = z.coerce.number().pipe(number);
export const diffQuery = z.strictObject({ from: positive.optional(), to: positive.optional() });
export const exportQuery = z.strictObject({
  revision: positive.exactOptional(),
  draft: z.stringbool().default(false).describe('all of it, as if it were enforced'),
});
const pathId = z.object({ id });

/** Stored policies, their revisions, and what people do with them. */
export function policyRoutes({ analysis, jobs, policies, proving }: Wayleave): Router {
  const router = Router();

  router.param('id', (_request, _response, next, written) => {
    pathId.parse({ id: written });
    next();
  });

  router.get('/policies', async (_, response) => {
    response.json((await policies.list()).map((policy) => policyView(policy)));
  });

  router.post('/policies', async (request, response) => {
    const { name, recommendation: from, body: given, ...who } = createBody.parse(request.body ?? {});
    const input = given ? ({ kind: 'body', body: given } as const) : recommended(from);
    response.status(201).json(policyView(await policies.createFrom(input, name, who)));
  });

  router.get('/policies/:id', async (request, response) => {
    const policy = await policies.find(request.params.id);
    const newest = await policies.revision(policy.id);
    const { body: _, units, ...revision } = revisionView(policy, newest);
    response.json({ ...policyView(policy, targetNames(newest.body)), revision, units });
  });

  router.get('/policies/:id/revisions', async (request, response) => {
    response.json((await policies.history(request.params.id)).flatMap(revisionOf));
  });

  router.get('/policies/:id/revisions/:number', async (request, response) => {
    const wanted = numberOf(request.params.number);
    const policy = await policies.find(request.params.id);
    response.json(revisionView(policy, await policies.revision(policy.id, wanted)));
  });

  router.post('/policies/:id/revisions', async (request, response) => {
    const { recommendation: from, body: given, edits, dryRun, window, ...who } = reviseBody.parse(request.body ?? {});
    const input: RevisionInput = edits
      ? { kind: 'edits', edits }
      : given
        ? { kind: 'body', body: given }
        : recommended(from);
    const options = { dryRun, ...(window ? { window } : {}) };
    response.status(dryRun ? 200 : 201).json(await policies.propose(request.params.id, input, who, options));
  });

  router.post('/policies/:id/revisions/:number/replay', async (request, response) => {
    const window = windowOf(request.body);
    const { body } = await policies.revision(request.params.id, numberOf(request.params.number));
    response.json(await jobs.start('replay', () => analysis.replay(body, window)).finished);
  });

  router.post('/policies/:id/revisions/:number/proof', async (request, response) => {
    const window = windowOf(request.body);
    const { body } = await policies.revision(request.params.id, numberOf(request.params.number));
    response.json(await jobs.start('proof', () => proving.prove(body, window)).finished);
  });

  router.post('/policies/:id/rollback', async (request, response) => {
    const { to, ...who } = rollBackBody.parse(request.body ?? {});
    const { number: made } = await policies.rollBack(request.params.id, to, who);
    const policy = await policies.find(request.params.id);
    response.status(201).json(revisionView(policy, await policies.revision(policy.id, made)));
  });

  router.get('/policies/:id/diff', async (request, response) => {
    const { from, to } = diffQuery.parse(request.query);
    response.json(await policies.diff(request.params.id, from, to));
  });

  router.post('/policies/:id/actions', async (request, response) => {
    const { by, reason, expected, ...action } = actBody.parse(request.body ?? {});
    const who: Actor = { by, reason, ...(expected === undefined ? {} : { expected }) };
    response.json(policyView(await policies.act(request.params.id, action, who)));
  });

  router.get('/policies/:id/history', async (request, response) => {
    const nameOf = targetNames((await policies.revision(request.params.id)).body);
    response.json((await policies.history(request.params.id)).map((event) => eventView(event, nameOf)));
  });

  router.get('/policies/:id/leases', async (request, response) => {
    response.json(await policies.leases(request.params.id));
  });

  router.post('/policies/:id/leases', async (request, response) => {
    response.json(await policies.tendLeases(request.params.id, tendBody.parse(request.body ?? {})));
  });

  router.get('/policies/:id/enforced', async (request, response) => {
    response.json(await policies.enforced(request.params.id, exportQuery.parse(request.query)));
  });

  router.get('/policies/:id/exports/:backend', async (request, response) => {
    const backend = BACKENDS.get(request.params.backend);
    if (!backend) {
      throw new WayleaveError(
        `there is no backend ${request.params.backend}; there are ${[...BACKENDS.keys()].join(', ')}`,
        { code: 'not-found' },
      );
    }
    const { policy, leftOut, overdue } = await policies.enforced(request.params.id, exportQuery.parse(request.query));
    response.json({ ...exportPolicy(policy, backend), leftOut, overdue });
  });

  return router;
}

/** `latest` stands for the newest. */
function numberOf(written: string): number | undefined {
  return written === 'latest' ? undefined : positive.parse(written);
}

function windowOf(given: unknown): Partial<Window> {
  const { from, to } = windowSchema.parse(given ?? {});
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function recommended(from: string | undefined): Exclude<RevisionInput, { kind: 'edits' }> {
  return from === undefined ? { kind: 'recommendation' } : { kind: 'recommendation', recommendation: from };
}
