import { formatTime } from '../../../ingest/kernel/time';
import type { LeaseStatus } from '../../../recommender/lifecycle';
import type { Proposal, RevisionDiff } from '../../policies';
import type { EventView, PolicyView, RevisionView } from '../../policy-view';
import { columns, plural, section } from './table';

const LISTED = 40;

export function printPolicies(policies: readonly PolicyView[]): string {
  if (policies.length === 0) return 'there is no policy yet: `wayleave policy create` makes one of a recommendation\n';
  return columns(
    ['policy', 'id', 'newest', 'in force', 'owner', 'version'],
    policies.map(({ name, id, head, active, owner, version }) => [
      name,
      id,
      String(head),
      active === null ? 'nothing' : `revision ${active}`,
      owner ?? '',
      String(version),
    ]),
  );
}

export function printRevision(
  { name, id, head, active, owner, comments, overrides }: PolicyView,
  { number, at, by, reason, effect, stages, units }: RevisionView,
): string {
  const counts = Object.entries(stages).flatMap(([stage, some]) => (some === 0 ? [] : [`${some} ${stage}`]));
  const inForce = active === null ? 'nothing is in force' : `revision ${active} is in force`;
  const rows = units.map((unit) => [
    unit.stage,
    unit.approvers.join(', '),
    unit.kind === 'rule' ? unit.rule : unit.name,
    unit.kind === 'rule' ? unit.words : `what else is ${unit.direction}: ${unit.closing}`,
  ]);
  return [
    `${name} ${id}, revision ${number} of ${head} by ${by} on ${formatTime(at)}${reason === '' ? '' : `: ${reason}`}\n`,
    `${owner === null ? 'no owner' : `owner ${owner}`}; ${inForce}; ${counts.join(', ') || 'no rules'}\n\n`,
    columns(['stage', 'approved by', 'rule or group', 'says'], rows),
    section('When it was saved', effect),
    section(
      'Enforced though the gate had not passed it',
      overrides.map((each) => `${formatTime(each.at)} ${each.by}, ${each.about}: ${each.reason} (${each.gate})`),
    ),
    section(
      'Comments',
      comments.map((each) => `${formatTime(each.at)} ${each.by} on ${each.about}: ${each.text}`),
    ),
  ].join('');
}

export function printProposal({ revision, changes, effect, conflicts, leftOut }: Proposal): string {
  const title =
    revision === null ? 'It would come to this; nothing was saved' : `Saved as revision ${revision}, a draft`;
  return [
    `${title}: ${plural(changes.length, 'change')}\n`,
    section('Changes', texts(changes), LISTED),
    section('What that does', effect),
    section('By hand against recommended', conflicts, LISTED),
    section('Left out', leftOut, LISTED),
  ].join('');
}

export function printDiff({ from, to, changes, opened, closed, complete }: RevisionDiff): string {
  return [
    `revision ${from} to ${to}: ${plural(changes.length, 'change')}\n`,
    section('Changes', texts(changes), LISTED),
    section('Let through only now', opened, LISTED),
    section('Let through only before', closed, LISTED),
    complete ? '' : '\nmore packets than these are decided otherwise\n',
  ].join('');
}

export function printEvents(events: readonly EventView[]): string {
  return events.map(({ number, text }) => `${number}. ${text}\n`).join('');
}

export function printLeases(leases: readonly LeaseStatus[]): string {
  if (leases.length === 0) return 'no rule is leased: all are for ever\n';
  return columns(
    ['lease', 'stage', 'rule', 'says', 'why'],
    leases.map(({ state, stage, rule, words, text }) => [state, stage, rule, words, text]),
  );
}

function texts(changes: RevisionDiff['changes']): string[] {
  return changes.map(({ text }) => text);
}
