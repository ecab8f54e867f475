import { Router } from 'express';
import { WayleaveError } from '../../../ingest/kernel/errors';
import type { ResumableUploads } from '../resumable';

/** The tus protocol, and beside it what became of an upload. */
export function resumableRoutes(uploads: ResumableUploads): Router {
  const router = Router();

  router.get('/uploads/resumable/:id/report', async (request, response) => {
    const state = await uploads.state(request.params.id);
    if (state.state !== 'ended') {
      const seconds = state.state === 'waiting' ? '10' : '1';
      return void response.status(202).setHeader('Retry-After', seconds).json(state);
    }
    const { report, error } = state.receipt;
    if (error) throw new WayleaveError(error.message, { code: error.code });
    response.json(report);
  });

  for (const path of ['/uploads/resumable', '/uploads/resumable/:id']) {
    for (const method of ['post', 'head', 'patch', 'delete', 'options'] as const) {
      router[method](path, uploads.handle);
    }
  }
  return router;
}
