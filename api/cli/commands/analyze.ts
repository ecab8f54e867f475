import type { Window } from '../../../analytics/model/topology';
import { printRemarks } from '../print/remarks';
import { printTopology } from '../print/topology';
import type { Session } from '../session';

export async function analyze(session: Session, window: Partial<Window>): Promise<void> {
  const { analysis } = await session.open();
  const bar = session.progress('roll up');
  const { topology, rollUp, dependencies } = await analysis.analyze(window, bar.report);
  bar.done();
  session.answer(
    { rollUp, dependencies, topology },
    () =>
      `${rollUp.flows} flows of ${rollUp.hours} hours rolled up, ${dependencies} dependencies between ${topology.workloads.length} workloads\n\n${printTopology(topology)}${printRemarks(topology)}`,
  );
}
