import type { Window } from '../../../analytics/model/topology';
import type { Difference, Stance } from '../../../recommender/compliance';
import { printCompliance, printCompliancePage } from '../print/compliance';
import { printDrift, printFinding } from '../print/drift';
import type { Session } from '../session';
import { personOf } from './person';

interface DriftOptions {
  readonly policy?: string;
  readonly all: boolean;
  readonly filters: boolean;
}

export async function drift(session: Session, { policy, all, filters }: DriftOptions): Promise<void> {
  const { analysis, watch } = await session.open();
  const rolling = session.progress('roll up');
  await analysis.rollUp(rolling.report);
  rolling.done();
  const comparing = session.progress('compare');
  const report = await watch.evaluate(policy, (done, total) => comparing.report(done, total, 'hours'));
  comparing.done();
  session.answer(report, () => printDrift(report, { all, filters }));
}

interface ByOptions {
  readonly by?: string;
  readonly reason: string;
}

export async function dismissFinding(
  session: Session,
  id: string,
  { policy, reason, by }: ByOptions & { policy?: string },
): Promise<void> {
  const { watch } = await session.open();
  const finding = await watch.dismiss(policy, id, { by: personOf(session, by), reason });
  session.answer(finding, () => printFinding(finding));
}

export async function acceptDrift(
  session: Session,
  policy: string,
  { rule, by, reason }: ByOptions & { rule?: string[] },
): Promise<void> {
  const { watch } = await session.open();
  const made = await watch.accept(policy, { by: personOf(session, by), reason }, rule);
  session.answer(made, () => [`revision ${made.revision ?? ''}`, ...made.effect, ''].join('\n'));
}

interface ComplianceOptions extends Partial<Window> {
  readonly policy?: string;
  readonly draft: boolean;
  readonly conversations: boolean;
  readonly stance?: Stance;
  readonly difference?: Difference;
  readonly limit: number;
}

export async function compliance(session: Session, options: ComplianceOptions): Promise<void> {
  const { policy, draft, conversations, from, to, stance, difference, limit } = options;
  const { analysis, watch } = await session.open();
  const rolling = session.progress('roll up');
  await analysis.rollUp(rolling.report);
  rolling.done();
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  if (conversations || stance !== undefined || difference !== undefined) {
    const page = await watch.conversations(policy, { stance, difference, limit }, { draft, window });
    session.answer(page, () => printCompliancePage(page));
    return;
  }
  const map = await watch.compliance(policy, { draft, window });
  session.answer(map, () => printCompliance(map, limit));
}
