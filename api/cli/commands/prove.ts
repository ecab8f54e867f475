import type { Window } from '../../../analytics/model/topology';
import { printProof } from '../print/proof';
import type { Session } from '../session';

export async function prove(
  session: Session,
  { policy: id, from, to }: Partial<Window> & { readonly policy?: string },
): Promise<void> {
  const { analysis, policies, proving } = await session.open();
  const bar = session.progress('roll up');
  await analysis.rollUp(bar.report);
  bar.done();
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const report = await proving.prove(await policies.named(id), window);
  session.answer(report, () => printProof(report));
}
