import { Router } from 'express';
import { z } from 'zod';
import { createIdentity, FLOW_AND_CONVERSATION_FIELDS } from '../../../analytics/conversations/query';
import { findFlows, flowValues } from '../../../ingest/flows';
import { messageOf } from '../../../ingest/kernel/errors';
import { parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { complete } from '../../../ingest/query';
import type { Wayleave } from '../../wayleave';
import { completionsQuery, filterText } from '../filter';
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
  filter: filterText.optional(),
  endpoint: parsed(parsePrefix).optional(),
  port: z.coerce.number().int().min(0).max(65535).optional(),
  protocol: z.coerce.number().int().min(0).max(255).optional(),
  exporter: parsed(parseAddress).optional(),
  format: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_FLOWS).default(100),
});

/** Raw flows: the evidence below everything else. */
export function flowRoutes({ store, clock }: Pick<Wayleave, 'store' | 'clock'>): Router {
  const router = Router();
  const owners = createIdentity(store);
  const fields = FLOW_AND_CONVERSATION_FIELDS;

  router.get('/flows', async (request, response) => {
    const { limit, ...query } = flowsQuery.parse(request.query);
    response.json(await findFlows(query, limit, { store, owners, now: clock().getTime(), fields }));
  });

  router.get('/flows/completions', async (request, response) => {
    const { filter, offset } = completionsQuery.parse(request.query);
    response.json(await complete(fields, filter, offset ?? filter.length, flowValues(store)));
  });

  return router;
}
