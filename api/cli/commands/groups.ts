import { findGroup } from '../../../analytics/group/decisions';
import { aboutGroup } from '../../../analytics/group/why';
import type { GroupDecision } from '../../../analytics/model/group-decision';
import type { GroupKind, Topology } from '../../../analytics/model/topology';
import { formatTime } from '../../../ingest/kernel/time';
import { printGroup } from '../print/group';
import { printDiff } from '../print/group-diff';
import { printGroups } from '../print/groups';
import { certainty, columns } from '../print/table';
import { printGroupAnswer } from '../print/why-group';
import type { Session } from '../session';

export interface GroupOptions {
  readonly kind?: GroupKind;
  /** Name or id. */
  readonly application?: string;
  readonly lowConfidence: boolean;
  /** Id of a run. */
  readonly run?: string;
}

/** Below it, the next-best group is as good a guess. */
const LOW = 0.5;

export async function groups(session: Session, options: GroupOptions): Promise<void> {
  const { analysis, decisions } = await session.open();
  const topology = await analysis.topology(options.run);
  const shown = new Set(chosen(topology, options, await decisions.list()));
  const listed = topology.groups.filter(({ id }) => shown.has(id));
  session.answer({ ...topology, groups: listed }, () => printGroups(topology, shown, noneOf(options)));
}

/** What the list says where it is empty. */
function noneOf({ kind, lowConfidence }: GroupOptions): string {
  const what = kind === undefined ? 'No group' : `No group of kind ${kind}`;
  return lowConfidence ? `${what} has a member that is less than ${certainty(LOW)} sure` : 'No such group';
}

function chosen(
  topology: Topology,
  { kind, application, lowConfidence }: GroupOptions,
  decided: readonly GroupDecision[],
): string[] {
  const within = application === undefined ? undefined : findGroup(topology, application, decided).id;
  return topology.groups
    .filter((group) => kind === undefined || group.kind === kind)
    .filter((group) => within === undefined || group.id === within || group.application === within)
    .filter(({ members }) => !lowConfidence || members.some(({ confidence }) => confidence < LOW))
    .map(({ id }) => id);
}

export async function showGroup(session: Session, written: string): Promise<void> {
  const { analysis, decisions } = await session.open();
  const topology = await analysis.topology();
  const decided = await decisions.list();
  const about = aboutGroup(findGroup(topology, written, decided), topology, decided);
  session.answer(about, () => printGroup(about, topology));
}

export async function groupRuns(session: Session): Promise<void> {
  const { analysis } = await session.open();
  const runs = await analysis.topologies();
  session.answer(runs, () =>
    runs.length === 0
      ? 'Nothing has been analysed yet: `wayleave analyze`\n'
      : columns(
          ['analysed', 'from', 'to', 'id', ''],
          runs.map(({ id, created, window, aside }) => [
            formatTime(Date.parse(created) / 1000),
            formatTime(window.from),
            formatTime(window.to),
            id,
            aside ? 'aside' : '',
          ]),
        ),
  );
}

export async function groupDiff(
  session: Session,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  const { analysis } = await session.open();
  const diff = await analysis.diff(before, after);
  session.answer(diff, () => printDiff(diff));
}

export async function whyGroup(session: Session, workload: string): Promise<void> {
  const { analysis } = await session.open();
  const answer = await analysis.explain(workload);
  session.answer(answer, () => printGroupAnswer(answer));
}
