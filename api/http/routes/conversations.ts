import { Router } from 'express';
import { z } from 'zod';
import {
  CONVERSATION_FIELDS,
  conversationValues,
  createIdentity,
  findConversation,
  listConversations,
  parseConversationName,
  profileOf,
  SORTS,
  whyAddress,
  whyConversation,
  type Sort,
} from '../../../analytics/conversations/query';
import { formatAddress, parseAddress, parsePrefix } from '../../../ingest/kernel/ip';
import { complete, parseFilter } from '../../../ingest/query';
import type { Wayleave } from '../../wayleave';
import { completionsQuery, filterText } from '../filter';
import { windowSchema } from '../window';

const MOST_CONVERSATIONS = 10_000;

const listQuery = windowSchema.extend({
  filter: filterText.optional(),
  by: z.enum(['total', 'hour']).default('total'),
  sort: z.enum(Object.keys(SORTS) as [Sort, ...Sort[]]).default('bytes'),
  limit: z.coerce.number().int().min(1).max(MOST_CONVERSATIONS).default(100),
});

const oneQuery = windowSchema.extend({ conversation: z.string().max(256), scope: z.string().max(256).optional() });
const whyQuery = z.union([oneQuery, windowSchema.extend({ address: z.string().max(64) })], {
  message: 'expected a conversation such as 10.0.0.9 -> 10.1.1.5:443/tcp, or an address',
});

/** Who used what of whom, how much and when, and why it is held to be so. */
export function conversationRoutes({ store, clock, config }: Pick<Wayleave, 'store' | 'clock' | 'config'>): Router {
  const router = Router();
  const identity = createIdentity(store);
  const networks = config.estate.networks.map(parsePrefix);
  const deps = () => ({ store, identity, networks, now: clock().getTime() });
  const named = ({ conversation, scope }: z.infer<typeof oneQuery>) => ({
    ...parseConversationName(conversation),
    scope,
  });

  router.get('/conversations', async (request, response) => {
    const { filter, ...query } = listQuery.parse(request.query);
    const parsed = filter === undefined ? undefined : parseFilter(CONVERSATION_FIELDS, filter);
    response.json(await listConversations({ ...query, filter: parsed }, deps()));
  });

  router.get('/conversations/completions', async (request, response) => {
    const { filter, offset } = completionsQuery.parse(request.query);
    const values = conversationValues(store, identity);
    response.json(await complete(CONVERSATION_FIELDS, filter, offset ?? filter.length, values));
  });

  router.get('/conversations/profile', async (request, response) => {
    const query = oneQuery.parse(request.query);
    const found = await findConversation(named(query), query, deps());
    response.json(await profileOf(store, found, { from: query.from ?? 0, to: query.to ?? 0xffff_ffff }));
  });

  router.get('/conversations/why', async (request, response) => {
    const query = whyQuery.parse(request.query);
    response.json(
      'conversation' in query
        ? await whyConversation(named(query), query, deps())
        : await whyAddress(formatAddress(parseAddress(query.address)), query, deps()),
    );
  });

  return router;
}
