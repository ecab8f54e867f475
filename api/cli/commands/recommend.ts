import { printPolicy } from '../print/policy';
import type { Session } from '../session';

export async function recommend(session: Session, options: { name: string; application?: string[] }): Promise<void> {
  const { analysis } = await session.open();
  const policy = await analysis.recommend(options.name, options.application);
  session.answer(policy, () => printPolicy(policy));
}
