import type { Window } from '../../../analytics/model/topology';
import { printRemarks } from '../print/remarks';
import { plural } from '../print/table';
import { population, printTopology } from '../print/topology';
import type { Session } from '../session';

export async function analyze(session: Session, window: Partial<Window>): Promise<void> {
  const { analysis } = await session.open();
  const bar = session.progress('roll up');
  const { topology, rollUp, dependencies, aside } = await analysis.analyze(window, bar.report);
  bar.done();
  session.answer(
    { rollUp, dependencies, topology, aside },
    () =>
      `${plural(rollUp.flows, 'flow')} of ${plural(rollUp.hours, 'hour')} rolled up, ${dependencies} dependencies between ${population(topology)}\n\n${printTopology(topology)}${printRemarks(topology)}${aside ? keptAside(topology.id) : ''}`,
  );
}

function keptAside(id: string): string {
  return `\nThere are newer conversations than this window has: the run is kept aside, as ${id}, and the current one stays.\n\`wayleave groups list --run ${id}\` shows it again, \`wayleave groups diff\` with that id compares it.\n`;
}
