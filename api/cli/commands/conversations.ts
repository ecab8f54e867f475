import {
  CONVERSATION_FIELDS,
  createIdentity,
  listConversations,
  type ListQuery,
} from '../../../analytics/conversations/query';
import { parseFilter } from '../../../ingest/query';
import { printConversations } from '../print/conversations';
import { cutAt } from '../print/table';
import type { Session } from '../session';
import { knownTime } from './known-time';

export async function conversations(
  session: Session,
  filter: string | undefined,
  query: Omit<ListQuery, 'filter'>,
): Promise<void> {
  const parsed = filter === undefined ? undefined : parseFilter(CONVERSATION_FIELDS, filter);
  const { store, analysis, clock } = await session.open();
  const bar = session.progress('Rolling up');
  await analysis.rollUp(bar.report);
  bar.done();
  const found = await listConversations(
    { ...query, filter: parsed },
    { store, identity: createIdentity(store), now: clock().getTime() },
  );
  const answer =
    found.length === 0
      ? `No conversation matches; ${await knownTime(store)}\n`
      : printConversations(found) + cutAt(found.length, query.limit);
  session.answer(found, () => answer);
}
