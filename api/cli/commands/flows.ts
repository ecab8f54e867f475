import { readFlows, type FlowFilter } from '../../../ingest/flows';
import { printFlows } from '../print/flows';
import type { Session } from '../session';

export async function flows(session: Session, { limit, ...filter }: FlowFilter & { limit: number }): Promise<void> {
  const { store } = await session.open();
  const found = await readFlows(store, filter, limit);
  session.answer(found, () => printFlows(found));
}
