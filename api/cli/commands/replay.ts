import type { Window } from '../../../analytics/model/topology';
import { printReplay } from '../print/replay';
import type { Session } from '../session';

export async function replay(session: Session, options: Partial<Window> & { policy?: string }): Promise<void> {
  const { analysis } = await session.open();
  const bar = session.progress('roll up');
  await analysis.rollUp(bar.report);
  bar.done();
  const policy = await analysis.policy(options.policy);
  const { from, to } = options;
  const found = await analysis.replay(policy, {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  session.answer(found, () => printReplay(found));
}
