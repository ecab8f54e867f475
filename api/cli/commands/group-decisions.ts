import { describeDecision, findGroup } from '../../../analytics/group/decisions';
import { findWorkload } from '../../../analytics/group/why';
import type { GroupDecision, GroupWish } from '../../../analytics/model/group-decision';
import type { Topology } from '../../../analytics/model/topology';
import { WayleaveError } from '../../../ingest/kernel/errors';
import { printDecisions } from '../print/group-decisions';
import type { Session } from '../session';
import { personOf } from './person';

/** By whom, and why. */
export interface DecisionOptions {
  readonly by?: string;
  readonly reason: string;
}

/** A wish as it was written: groups by id, name or the beginning of an id; workloads by id, name or address. */
export async function decide(session: Session, wish: GroupWish, options: DecisionOptions): Promise<void> {
  const { analysis, decisions } = await session.open();
  const topology = await analysis.topology();
  const decision = await decisions.decide(resolved(wish, topology, await decisions.list()), {
    by: personOf(session, options.by),
    reason: options.reason,
  });
  session.answer(
    decision,
    () =>
      `${describeDecision(decision)}: the next \`wayleave analyze\` holds to it, \`wayleave groups undo ${decision.id}\` takes it back\n`,
  );
}

export async function listDecisions(session: Session): Promise<void> {
  const { decisions } = await session.open();
  const found = await decisions.list();
  session.answer(found, () => printDecisions(found));
}

export async function undoDecision(session: Session, written: string, options: DecisionOptions): Promise<void> {
  const { decisions } = await session.open();
  const undone = await decisions.undo(decisionNamed(written, await decisions.list()), {
    by: personOf(session, options.by),
    reason: options.reason,
  });
  session.answer(undone, () => `${describeDecision(undone)} is undone, from the next \`wayleave analyze\` on\n`);
}

function resolved(wish: GroupWish, topology: Topology, decided: readonly GroupDecision[]): GroupWish {
  const group = (written: string) => findGroup(topology, written, decided).id;
  const workloads = (written: readonly string[]) => written.map((each) => findWorkload(topology, each).id);
  switch (wish.kind) {
    case 'merge':
      return { ...wish, groups: wish.groups.map(group) };
    case 'pin':
    case 'move':
    case 'split':
      return { ...wish, group: group(wish.group), workloads: workloads(wish.workloads) };
    case 'rename':
    case 'confirm':
    case 'refuse':
      return { ...wish, group: group(wish.group) };
    case 'share':
      return { ...wish, workloads: workloads(wish.workloads) };
  }
}

/** What is less may begin any id. */
const SHORTEST_BEGINNING = 3;
const NAMED = 5;

/**
 * The id of the only decision that begins so, among those that stand if any of these does; what is no beginning, or
 * that of one undone already, is left to be refused.
 */
function decisionNamed(written: string, decisions: readonly GroupDecision[]): string {
  if (written.length < SHORTEST_BEGINNING || decisions.some(({ id }) => id === written)) return written;
  const alike = decisions.filter(({ id }) => id.startsWith(written) || id.startsWith(`decision-${written}`));
  const standing = alike.filter(({ undone }) => !undone);
  const begun = standing.length > 0 ? standing : alike;
  const [decision, ...others] = begun;
  if (others.length === 0) return decision?.id ?? written;
  const named = begun.slice(0, NAMED).map(({ id }) => id);
  const more = begun.length > NAMED ? ` and ${begun.length - NAMED} more` : '';
  throw new WayleaveError(
    `${begun.length} decisions begin with "${written}": ${named.join(', ')}${more}; expected one`,
    { code: 'ambiguous-decision', where: { decision: written } },
  );
}
