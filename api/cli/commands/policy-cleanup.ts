import type { Window } from '../../../analytics/model/topology';
import { cleanUpPolicy } from '../../cleanup';
import { printCleanup } from '../print/cleanup';
import type { Session } from '../session';

/** @param written a stored policy, by id or name; the latest recommendation where none is said */
export async function cleanPolicy(
  session: Session,
  written: string | undefined,
  { from, to, revision }: Partial<Window> & { revision?: number },
): Promise<void> {
  const wayleave = await session.open();
  const { analysis, policies } = wayleave;
  const bar = session.progress('roll up');
  await analysis.rollUp(bar.report);
  bar.done();
  const policy = written === undefined ? await analysis.policy() : (await policies.revision(written, revision)).body;
  const window = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const report = await cleanUpPolicy(wayleave, policy, window);
  session.answer(report, () => printCleanup(report));
}
