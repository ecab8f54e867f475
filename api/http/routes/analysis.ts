import { Router } from 'express';
import { z } from 'zod';
import type { Wayleave } from '../../wayleave';
import { mapOf } from '../../map';
import { windowSchema } from '../window';

const mapQuery = z.object({ expand: z.string().max(10_000).default('') });

export function analysisRoutes({ analysis, documents, jobs, settle }: Wayleave): Router {
  const router = Router();

  router.post('/analyses', (request, response) => {
    const window = windowSchema.parse(request.body ?? {});
    const { job, finished } = jobs.start('analysis', async (report) => {
      await settle();
      const { topology, dependencies, rollUp, aside } = await analysis.analyze(window, report);
      return { topology: topology.id, groups: topology.groups.length, dependencies, rollUp, aside };
    });
    finished.catch(() => undefined);
    response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
  });

  router.get('/map', async (request, response) => {
    const { expand } = mapQuery.parse(request.query);
    const topology = await documents.find('topology');
    const policy = await documents.find('policy');
    response.json(mapOf(topology, policy, expand.split(',').filter(Boolean)));
  });

  return router;
}
