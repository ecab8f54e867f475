import { Router } from 'express';
import { z } from 'zod';
import { formatAddress, parseAddress } from '../../../ingest/kernel/ip';
import { decide, OUTCOMES } from '../../../recommender/replay';
import type { Wayleave } from '../../wayleave';
import { windowSchema } from '../window';

const MOST_USES = 10_000;

const address = z
  .string()
  .max(64)
  .transform((text) => formatAddress(parseAddress(text)));

export const decisionQuery = z.strictObject({
  client: address,
  server: address,
  protocol: z.coerce.number().int().min(0).max(255).default(6),
  /** For ICMP `type * 256 + code`. */
  port: z.coerce.number().int().min(0).max(65_535).default(0),
});

export const usesQuery = windowSchema.extend({
  outcome: z.enum(OUTCOMES).optional(),
  rule: z.string().max(200).optional(),
  client: z.string().max(200).optional(),
  server: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(MOST_USES - 1000)
    .default(0),
});

/** `latest` stands for the newest wherever an id is asked for. */
const idOf = (given: string): string | undefined => (given === 'latest' ? undefined : given);

/** Which rule decides, what is behind a replay, and whether a recommendation may be enforced. */
export function provingRoutes({ analysis, proving, jobs }: Wayleave): Router {
  const router = Router();

  router.get('/recommendations/:id/decision', async (request, response) => {
    const question = decisionQuery.parse(request.query);
    response.json(decide(await analysis.policy(idOf(request.params.id)), question));
  });

  router.get('/recommendations/:id/uses', async (request, response) => {
    const { from, to, ...filter } = usesQuery.parse(request.query);
    const policy = await analysis.policy(idOf(request.params.id));
    response.json(await proving.uses(policy, windowOf({ from, to }), filter));
  });

  router.post('/recommendations/:id/proof', async (request, response) => {
    const window = windowSchema.parse(request.body ?? {});
    const policy = await analysis.policy(idOf(request.params.id));
    response.json(await jobs.start('proof', () => proving.prove(policy, windowOf(window))).finished);
  });

  router.get('/recommendations/:id/proof', async (request, response) => {
    response.json(await proving.report((await analysis.policy(idOf(request.params.id))).id));
  });

  return router;
}

function windowOf({ from, to }: z.infer<typeof windowSchema>) {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
