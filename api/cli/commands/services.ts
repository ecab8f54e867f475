import { findDynamicServices } from '../../../analytics/dynamic';
import type { Window } from '../../../analytics/model/topology';
import { recentConversations } from '../../recent';
import { printDynamicServices } from '../print/services';
import type { Session } from '../session';

export async function dynamicServices(session: Session, options: Partial<Window>): Promise<void> {
  const { store, analysis } = await session.open();
  await analysis.rollUp();
  const window = await recentConversations(store, options);
  const services = await findDynamicServices(store, window);
  session.answer({ window, services }, () => printDynamicServices(services));
}
