import type { GroupAnswer, Likeness, Membership, SharedHabit, Tie, TiedService } from '../../../analytics/group/why';
import { formatTime } from '../../../ingest/kernel/time';
import { roleText } from './group';
import { nextBest } from './next-best';
import { decisionLines } from './group-decisions';
import { certainty, few, plural, section, share } from './table';
import { size } from './topology';

const REASONS_SHOWN = 5;
const TIES_SHOWN = 12;
const SERVICES_SHOWN = 4;
const HABITS_SHOWN = 6;
const USERS_SHOWN = 5;

export function printGroupAnswer(answer: GroupAnswer): string {
  const { workload, topology, window, groups, ties, likeness, labels, decisions, disagreements, unmet } = answer;
  const known = Object.entries(workload.labels).map(([label, value]) => `${label}:${value}`);
  const facts = [...workload.addresses.slice(0, REASONS_SHOWN), ...known].filter((fact) => fact !== workload.name);
  return [
    `${workload.name}${workload.id === workload.name ? '' : ` [${workload.id}]`}, ${workload.kind}${facts.length > 0 ? `: ${facts.join(', ')}` : ''}\n`,
    `  as of ${topology}, ${formatTime(window.from)} to ${formatTime(window.to)}\n`,
    ...(workload.users ? [`  logged on: ${few(workload.users, USERS_SHOWN)}\n`] : []),
    ...groups.map(membership),
    ...(likeness ? [alike(likeness)] : []),
    // What has come of the window since the run is in it: it may be more than the reasons count.
    section('Whom it talks to, as known by now', ties.map(tieLine), TIES_SHOWN),
    section(
      'Labels',
      labels.map(({ text }) => text),
    ),
    section('Disagreements', [...disagreements.map(({ reason }) => reason.text), ...unmet.map(({ text }) => text)]),
    section('Decisions', decisions.flatMap(decisionLines)),
  ].join('');
}

function membership(group: Membership): string {
  const { id, kind, name, members, confidence, next, lent, decision, confirmed, role, sameRole = [], reasons } = group;
  const how = [
    `${certainty(confidence)} sure`,
    size(kind, members),
    ...(lent ? ['at home elsewhere, and serves this one too'] : []),
    ...(decision === undefined ? [] : [`by ${decision}`]),
    ...(confirmed === undefined ? [] : ['confirmed']),
    ...(role === undefined ? [] : [roleText(role, sameRole)]),
    ...(next ? [nextBest(next.name, confidence, next.fit)] : []),
  ];
  return section(`In ${kind} ${name}  [${id}]`, [
    how.join(', '),
    ...reasons.slice(0, REASONS_SHOWN).map(({ text, weight }) => `${weight < 0 ? 'against: ' : ''}${text}`),
  ]);
}

function alike({ name, others, common, own, lacking }: Likeness): string {
  const does = (habit: SharedHabit) => `${habit.side === 'server' ? 'serves' : 'uses'} ${serviceText(habit)}`;
  const list = (title: string, habits: readonly SharedHabit[]) => {
    const telling = habits.filter(({ elsewhere }) => elsewhere < 0.5);
    const usual = habits.slice(telling.length).map(does);
    return section(title, [
      ...telling.map(
        (habit) => `${does(habit)}: ${habit.others} of ${plural(others, 'other')}, ${share(habit.elsewhere)} elsewhere`,
      ),
      ...(usual.length > 0 ? [`what most workloads do: ${few(usual, HABITS_SHOWN)}`] : []),
    ]);
  };
  if (common.length + own.length + lacking.length === 0)
    return section(`Beside the others of ${name}`, [
      'nothing was seen that it shares with them, or that tells it from them',
    ]);
  return [
    list(`In common with ${name}`, common),
    list(`What it does and ${name} does not`, own),
    list(`What ${name} does and it does not`, lacking),
  ].join('');
}

function tieLine({ kind, name, peers, connections, services }: Tie): string {
  const said = services.slice(0, SERVICES_SHOWN).map(serviceLine);
  const more = services.length - said.length;
  return `${name} (${kind}): ${plural(peers, 'workload')}, ${plural(connections, 'connection')}; ${said.join(', ')}${more > 0 ? ` and ${plural(more, 'more service')}` : ''}`;
}

function serviceLine(service: TiedService): string {
  return `${service.side === 'server' ? 'serves' : 'uses'} ${serviceText(service)}${service.peers > 1 ? ` ${service.side === 'server' ? 'to' : 'of'} ${service.peers}` : ''}`;
}

/** `postgres (tcp/5432)`; `8443/tcp` is said once. */
function serviceText({ name, service }: { readonly name: string; readonly service: string }): string {
  return name.includes('/') ? name : `${name} (${service})`;
}
