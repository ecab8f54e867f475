import { parseConversationName } from '../../../analytics/conversations/query';
import type { Window } from '../../../analytics/model/topology';
import { decide, type UseFilter } from '../../../recommender/replay';
import { printDecision, printPairs, printReplay, printRules, printUses } from '../print/replay';
import type { Session } from '../session';

interface ReplayOptions extends Partial<Window>, UseFilter {
  readonly policy?: string;
  readonly by?: 'rule' | 'group' | 'flow';
  readonly why?: string;
  readonly limit: number;
  readonly offset: number;
}

export async function replay(session: Session, { policy: id, by, why, ...options }: ReplayOptions): Promise<void> {
  const { analysis, policies, proving } = await session.open();
  if (why !== undefined) {
    const found = decide(await policies.named(id), parseConversationName(why));
    session.answer(found, () => printDecision(found));
    return;
  }
  const bar = session.progress('roll up');
  await analysis.rollUp(bar.report);
  bar.done();
  const policy = await policies.named(id);
  const { from, to, limit, offset, outcome, rule, client, server } = options;
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  if (by === 'flow') {
    const found = await proving.uses(policy, window, { limit, offset, outcome, rule, client, server });
    session.answer(found, () => printUses(found, offset));
    return;
  }
  const found = await analysis.replay(policy, window);
  session.answer(found, () => {
    if (by === 'rule') return printRules(found, policy, limit);
    return by === 'group' ? printPairs(found, policy, limit) : printReplay(found);
  });
}
