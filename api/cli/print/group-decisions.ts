import { describeDecision } from '../../../analytics/group/decisions';
import type { GroupDecision } from '../../../analytics/model/group-decision';
import { formatTime } from '../../../ingest/kernel/time';
import { few } from './table';

const NAMED = 10;

export function printDecisions(decisions: readonly GroupDecision[]): string {
  if (decisions.length === 0)
    return 'Nothing has been decided about groups yet: `wayleave groups confirm <group>`, or rename, pin, move, merge, split, share, refuse\n';
  return decisions
    .flatMap(decisionLines)
    .map((line) => `${line}\n`)
    .join('');
}

/** The decision, whom it is about where these are several, and whether it was undone. */
export function decisionLines(decision: GroupDecision): string[] {
  const { id, wish, reason, undone } = decision;
  const several = 'workloads' in wish && wish.workloads.length > 1 ? wish.workloads : [];
  return [
    `${describeDecision(decision)}${because(reason)}  [${id}]`,
    ...(several.length > 0 ? [`  ${few(several, NAMED)}`] : []),
    ...(undone ? [`  undone by ${undone.by}, ${formatTime(undone.at)}${because(undone.reason)}`] : []),
  ];
}

function because(reason: string): string {
  return reason === '' ? '' : `: “${reason}”`;
}
