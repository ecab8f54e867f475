import { Router } from 'express';
import type { Backups } from '../../backup';
import type { Jobs } from '../../jobs';

/** Clients choose neither place nor name: a token for the API is no leave to write anywhere on the machine. */
export function backupRoutes({ jobs, backups }: { readonly jobs: Jobs; readonly backups: Backups }): Router {
  const router = Router();

  router.post('/backups', (_, response) => {
    const { job, finished } = jobs.start('backup', (report) => backups.create(report));
    finished.catch(() => undefined);
    response.status(202).location(`/api/v1/jobs/${job.id}`).json(job);
  });

  return router;
}
