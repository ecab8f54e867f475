import { createIdentity, FLOW_AND_CONVERSATION_FIELDS } from '../../../analytics/conversations/query';
import { findFlows, type FlowQuery } from '../../../ingest/flows';
import { printFlows } from '../print/flows';
import { cutAt } from '../print/table';
import type { Session } from '../session';

export async function flows(
  session: Session,
  filter: string | undefined,
  { limit, ...query }: Omit<FlowQuery, 'filter'> & { limit: number },
): Promise<void> {
  const { store, clock } = await session.open();
  const deps = { store, owners: createIdentity(store), now: clock().getTime(), fields: FLOW_AND_CONVERSATION_FIELDS };
  const found = await findFlows({ ...query, filter }, limit, deps);
  session.answer(found, () => printFlows(found) + cutAt(found.length, limit));
}
