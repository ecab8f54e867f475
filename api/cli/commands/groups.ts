import { printTopology } from '../print/topology';
import type { Session } from '../session';

export async function groups(session: Session): Promise<void> {
  const { analysis } = await session.open();
  const topology = await analysis.topology();
  session.answer(topology, () => printTopology(topology, { reasons: true }));
}
