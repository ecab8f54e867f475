import { Router } from 'express';
import { z } from 'zod';
import { findNoise, NOISE_KINDS } from '../../../analytics/noise';
import { parsePrefix } from '../../../ingest/kernel/ip';
import { recentConversations } from '../../recent';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const noiseQuery = windowSchema.extend({ kind: z.enum(NOISE_KINDS).optional() });

/** Traffic that no rule should come of, and why. */
export function noiseRoutes({ store, config }: Wayleave): Router {
  const router = Router();

  router.get('/noise', async (request, response) => {
    const { kind, ...wanted } = noiseQuery.parse(request.query);
    const window = await recentConversations(store, wanted);
    const { findings } = await findNoise(store, window, config.estate.networks.map(parsePrefix));
    response.json({ window, findings: kind ? findings.filter((finding) => finding.kind === kind) : findings });
  });

  return router;
}
