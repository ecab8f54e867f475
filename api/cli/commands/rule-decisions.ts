import { printRuleDecisions, ruleDecisionLine } from '../print/rule-decisions';
import type { Session } from '../session';
import type { DecisionOptions } from './group-decisions';
import { personOf } from './person';

interface OfPolicy extends DecisionOptions {
  readonly policy?: string;
}

export async function acceptRefused(session: Session, ids: string[], { policy, by, reason }: OfPolicy): Promise<void> {
  const { analysis, ruleDecisions } = await session.open();
  const decision = await ruleDecisions.accept(await analysis.policy(policy), ids, {
    by: personOf(session, by),
    reason,
  });
  session.answer(decision, () => `${ruleDecisionLine(decision)}: the next \`wayleave recommend\` proposes it\n`);
}

export async function rejectRule(session: Session, id: string, { policy, by, reason }: OfPolicy): Promise<void> {
  const { analysis, ruleDecisions } = await session.open();
  const decision = await ruleDecisions.reject(await analysis.policy(policy), id, { by: personOf(session, by), reason });
  session.answer(decision, () => `${ruleDecisionLine(decision)}: the next \`wayleave recommend\` leaves it out\n`);
}

export async function listRuleDecisions(session: Session): Promise<void> {
  const { ruleDecisions } = await session.open();
  const found = await ruleDecisions.list();
  session.answer(found, () => printRuleDecisions(found));
}

export async function undoRuleDecision(session: Session, id: string, { by, reason }: DecisionOptions): Promise<void> {
  const { ruleDecisions } = await session.open();
  const undone = await ruleDecisions.undo(id, { by: personOf(session, by), reason });
  session.answer(undone, () => `${ruleDecisionLine(undone)} is undone, from the next \`wayleave recommend\` on\n`);
}
