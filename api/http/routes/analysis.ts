import { Router } from 'express';
import { z } from 'zod';
import type { Wayleave } from '../../wayleave';
import { COMPLIANCE_VIEWS, complianceMapOf } from '../../compliance-map';
import { mapOf } from '../../map';
import { windowSchema } from '../window';

export const mapQuery = z.object({
  expand: z.string().max(10_000).default('').describe('ids of applications to open, comma-separated'),
  compliance: z
    .enum(COMPLIANCE_VIEWS)
    .optional()
    .describe('colour what was seen by what a policy says of it (draft) or by what became of it (observed)'),
  policy: z.string().max(300).optional().describe('id of the policy; the latest recommendation when left out'),
});

export function analysisRoutes({ analysis, documents, jobs, settle, watch }: Wayleave): Router {
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
    const { expand, compliance, policy } = mapQuery.parse(request.query);
    const topology = await documents.find('topology');
    const expanded = expand.split(',').filter(Boolean);
    if (topology && compliance) {
      response.json(
        complianceMapOf(
          topology,
          await watch.compliance(policy, { draft: compliance === 'draft' }),
          compliance,
          expanded,
        ),
      );
    } else response.json(mapOf(topology, await documents.find('policy'), expanded));
  });

  return router;
}
