import { Router } from 'express';
import { z } from 'zod';
import { messageOf } from '../../../ingest/kernel/errors';
import { parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { readFlows } from '../../../ingest/flows';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const MOST_FLOWS = 10_000;

function parsed<T>(parse: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
      return z.NEVER;
    }
  });
}

const flowsQuery = windowSchema.extend({
  endpoint: parsed(parsePrefix).optional(),
  port: z.coerce.number().int().min(0).max(65535).optional(),
  protocol: z.coerce.number().int().min(0).max(255).optional(),
  exporter: parsed(parseAddress).optional(),
  format: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_FLOWS).default(100),
});

/** Raw flows: the evidence below everything else. */
export function flowRoutes({ store }: Wayleave): Router {
  const router = Router();

  router.get('/flows', async (request, response) => {
    const { limit, ...filter } = flowsQuery.parse(request.query);
    response.json(await readFlows(store, filter, limit));
  });

  return router;
}
