import { Router } from 'express';
import { z } from 'zod';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { BACKENDS, exportPolicy } from '../../../recommender/export';
import { CONTEXT_KINDS } from '../../../recommender/propose';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const id = z.string().min(1).max(200);
const ids = z.array(id).min(1).max(100_000);
/** Of applications their groups' ids, of workloads theirs. */
const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({ kind: z.literal('applications'), applications: ids }),
  z.strictObject({ kind: z.literal('environment'), environment: id }),
  z.strictObject({ kind: z.literal('workloads'), workloads: ids }),
]);
export const recommendBody = z.strictObject({
  name: z.string().min(1).max(100).default('recommendation'),
  scope: scope.optional().describe('everything when left out'),
  granularity: z.enum(['ringfence', 'tier', 'workload']).optional().describe('tier when left out'),
  strategy: z.enum(['both', 'inbound']).optional().describe('both directions when left out'),
  carry: z.array(z.enum(CONTEXT_KINDS)).optional().describe('what rules carry beyond ports'),
  run: id.optional().describe('id of an analysis; the current one when left out'),
  window: windowSchema.optional().describe('what the analysis saw when left out'),
  like: id
    .optional()
    .describe('a recommendation or stored policy whose groups keep their names where members are the same'),
});

/** `latest` stands for the newest wherever an id is asked for. */
const idOf = (given: string): string | undefined => (given === 'latest' ? undefined : given);

export function recommendationRoutes({ analysis, documents, jobs, policies }: Wayleave): Router {
  const router = Router();

  router.post('/recommendations', (request, response) => {
    const { name, like, ...options } = recommendBody.parse(request.body ?? {});
    const { job, finished } = jobs.start('recommendation', async () => {
      const known = like === undefined ? undefined : (await policies.named(like)).groups;
      const policy = await analysis.recommend(name, { ...options, known });
      return { policy: policy.id, rules: policy.sections.reduce((sum, { rules }) => sum + rules.length, 0) };
    });
    finished.catch(() => undefined);
    response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
  });

  router.get('/recommendations', async (_, response) => {
    response.json(await documents.list('policy'));
  });

  router.get('/recommendations/:id', async (request, response) => {
    response.json(await analysis.policy(idOf(request.params.id)));
  });

  router.post('/recommendations/:id/replay', async (request, response) => {
    const window = windowSchema.parse(request.body ?? {});
    const policy = await analysis.policy(idOf(request.params.id));
    response.json(await jobs.start('replay', () => analysis.replay(policy, window)).finished);
  });

  router.get('/recommendations/:id/replay', async (request, response) => {
    const { id } = await analysis.policy(idOf(request.params.id));
    const found = await documents.find('replay', id);
    if (!found) throw new WayleaveError(`recommendation ${id} has not been replayed yet`, { code: 'not-found' });
    response.json(found);
  });

  router.get('/recommendations/:id/exports/:backend', async (request, response) => {
    const backend = BACKENDS.get(request.params.backend);
    if (!backend) {
      throw new WayleaveError(
        `there is no backend ${request.params.backend}; there are ${[...BACKENDS.keys()].join(', ')}`,
        { code: 'not-found' },
      );
    }
    response.json(exportPolicy(await analysis.policy(idOf(request.params.id)), backend));
  });

  return router;
}
