import type { Window } from '../../../analytics/model/topology';
import { printPolicy } from '../print/policy';
import { printCurve } from '../print/weighing';
import type { Session } from '../session';

interface Options extends Partial<Window> {
  readonly policy?: string;
  readonly rules?: number;
  readonly extraShare?: number;
}

export async function curve(session: Session, { policy: id, from, to, rules, extraShare }: Options): Promise<void> {
  const { analysis, weighing } = await session.open();
  const policy = await analysis.policy(id);
  if (rules === undefined && extraShare === undefined) {
    const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const found = await weighing.curve(policy, window);
    session.answer(found, () => printCurve(found));
    return;
  }
  const fewer = await weighing.consolidate(policy, {
    ...(rules === undefined ? {} : { rules }),
    ...(extraShare === undefined ? {} : { extraShare }),
  });
  session.answer(fewer, () => printPolicy(fewer));
}
