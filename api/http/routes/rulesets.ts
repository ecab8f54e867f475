import { Router } from 'express';
import { z } from 'zod';
import { BACKENDS } from '../../../recommender/export';
import { readRuleset } from '../../../recommender/import';
import { cleanUpPolicy } from '../../cleanup';
import { policyView } from '../../policy-view';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const id = z.string().min(1).max(300);

export const importBody = z.strictObject({
  backend: z.enum([...BACKENDS.keys()] as [string, ...string[]]),
  files: z
    .array(z.strictObject({ path: z.string().min(1).max(300), text: z.string() }))
    .min(1)
    .max(1000),
  name: z.string().min(1).max(120).default('imported'),
  known: id.optional().describe('a stored policy whose groups and rules are meant where the same stand in the files'),
  dryRun: z.boolean().default(false).describe('only read and prove it'),
  by: z.string({ message: 'expected who does it' }).min(1).max(200),
  reason: z.string().max(2000).default(''),
});
export const cleanupQuery = windowSchema.extend({
  revision: z.coerce.number().int().min(1).max(1_000_000).optional().describe('the newest where left out'),
});

/** Existing rulesets in, and what could be tidied up in a policy. */
export function rulesetRoutes(
  wayleave: Pick<Wayleave, 'policies' | 'store' | 'inventory' | 'config' | 'clock'>,
): Router {
  const { policies, clock } = wayleave;
  const router = Router();

  router.post('/policies/import', async (request, response) => {
    const { backend, files, name, known, dryRun, ...who } = importBody.parse(request.body ?? {});
    const before = known === undefined ? undefined : (await policies.revision(known)).body;
    const { policy, remarks } = readRuleset(backend, files, { name, created: clock(), known: before });
    if (dryRun) return void response.json({ body: policy, remarks, policy: null });
    const made = await policies.createFrom({ kind: 'body', body: policy }, name, who);
    response.status(201).json({ body: policy, remarks, policy: policyView(made) });
  });

  router.get('/policies/:id/cleanup', async (request, response) => {
    const { revision, from, to } = cleanupQuery.parse(request.query);
    const { body } = await policies.revision(id.parse(request.params.id), revision);
    const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    response.json(await cleanUpPolicy(wayleave, body, window));
  });

  return router;
}
