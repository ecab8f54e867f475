import { Router } from 'express';
import { findDynamicServices } from '../../../analytics/dynamic';
import { recentConversations } from '../../recent';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

/** What servers offer. */
export function serviceRoutes({ store }: Wayleave): Router {
  const router = Router();

  router.get('/services/dynamic', async (request, response) => {
    const window = await recentConversations(store, windowSchema.parse(request.query));
    response.json({ window, services: await findDynamicServices(store, window) });
  });

  return router;
}
