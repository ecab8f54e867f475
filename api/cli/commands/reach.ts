import { printReach } from '../print/weighing';
import type { Session } from '../session';

interface Options {
  readonly policy?: string;
  readonly jewel?: string[];
  readonly start?: string[];
}

export async function reach(session: Session, { policy: id, jewel = [], start = [] }: Options): Promise<void> {
  const { analysis, weighing } = await session.open();
  const found = await weighing.reach(await analysis.policy(id), { jewels: jewel, from: start });
  session.answer(found, () => printReach(found));
}
