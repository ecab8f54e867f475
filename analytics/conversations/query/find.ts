import { WayleaveError } from '../../../ingest/kernel/errors';
import { parseFilter } from '../../../ingest/query';
import { CONVERSATION_FIELDS } from './fields';
import { listConversations, type ListDeps, type ListedConversation } from './list';
import { conversationName, type ConversationKey } from './name';

/** A conversation as a person names it: without a scope it is looked for in all. */
export type Named = Omit<ConversationKey, 'scope'> & { readonly scope?: string | undefined };

interface Between {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const OTHERS = 5;

/**
 * The conversation of that name, its hours summed.
 *
 * @throws WayleaveError `no-conversation` naming others between the two, `bad-conversation` when several scopes have one
 */
export async function findConversation(named: Named, window: Between, deps: ListDeps): Promise<ListedConversation> {
  const { client, server, protocol, port, scope } = named;
  const both = parseFilter(
    CONVERSATION_FIELDS,
    `(client ${client} and server ${server}) or (client ${server} and server ${client})`,
  );
  const found = await listConversations({ ...window, filter: both, by: 'total', sort: 'bytes', limit: 1000 }, deps);
  const same = found.filter(
    (one) =>
      one.client === client &&
      one.server === server &&
      one.protocol === protocol &&
      one.port === port &&
      (scope === undefined || one.scope === scope),
  );
  const [only] = same;
  const name = conversationName(named);
  if (!only) {
    const others = found
      .slice(0, OTHERS)
      .map((one) => `${one.conversation}${one.scope === '' ? '' : ` in scope ${one.scope}`}`);
    const known =
      others.length > 0 ? `; between the two there ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}` : '';
    throw new WayleaveError(`there is no conversation ${name} in that window${known}`, { code: 'no-conversation' });
  }
  if (same.length > 1) {
    const scopes = same.map((one) => `"${one.scope}"`).sort();
    throw new WayleaveError(`${name} is there in several scopes, of which one must be named: ${scopes.join(', ')}`, {
      code: 'bad-conversation',
    });
  }
  return only;
}
