import { Router } from 'express';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { Wayleave } from '../../wayleave';

export function statusRoutes({ store, jobs, exporters, sources }: Wayleave): Router {
  const router = Router();

  router.get('/status', async (_, response) => {
    const [counts] = await store.query<{ flows: number; uploads: number }>(
      'SELECT (SELECT count() FROM flows) AS flows, (SELECT count() FROM uploads FINAL) AS uploads',
    );
    response.json({ ...counts, exporters: exporters().length, sources: sources(), jobs: jobs.list() });
  });

  router.get('/jobs', (_, response) => void response.json(jobs.list()));

  router.get('/jobs/:id', (request, response) => {
    const job = jobs.find(request.params.id);
    if (!job) throw new WayleaveError(`there is no job ${request.params.id}`, { code: 'not-found' });
    response.json(job);
  });

  return router;
}
