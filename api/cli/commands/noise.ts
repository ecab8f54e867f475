import type { Window } from '../../../analytics/model/topology';
import { findNoise } from '../../../analytics/noise';
import { parsePrefix } from '../../../ingest/kernel/ip';
import { recentConversations } from '../../recent';
import { printNoise } from '../print/noise';
import type { Session } from '../session';

export async function noise(session: Session, options: Partial<Window>): Promise<void> {
  const { store, analysis, config } = await session.open();
  await analysis.rollUp();
  const window = await recentConversations(store, options);
  const { findings } = await findNoise(store, window, config.estate.networks.map(parsePrefix));
  session.answer({ window, findings }, () => printNoise(findings));
}
