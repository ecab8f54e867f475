import type { Window } from '../../../analytics/model/topology';
import { printProof } from '../print/proof';
import type { Session } from '../session';

export async function prove(
  session: Session,
  { policy: id, from, to }: Partial<Window> & { readonly policy?: string },
): Promise<void> {
  const { analysis, proving } = await session.open();
  const bar = session.progress('roll up');
  await analysis.rollUp(bar.report);
  bar.done();
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const report = await proving.prove(await analysis.policy(id), window);
  session.answer(report, () => printProof(report));
}
