import { printPolicy } from '../print/policy';
import type { Session } from '../session';

interface Options {
  readonly name: string;
  readonly application?: string[];
  readonly run?: string;
}

export async function recommend(session: Session, { name, application, run }: Options): Promise<void> {
  const { analysis } = await session.open();
  const policy = await analysis.recommend(name, { applications: application, run });
  session.answer(policy, () => printPolicy(policy));
}
