import { formatTime } from '../../../ingest/kernel/time';
import type { Group, Topology } from '../../../analytics/model/topology';
import { few, plural } from './table';

const MEMBERS_SHOWN = 6;
const REASONS_SHOWN = 3;

export function printTopology({ window, groups }: Topology): string {
  const of = (kind: Group['kind']) => groups.filter((group) => group.kind === kind);
  const applications = of('application').map((application) => {
    const tiers = groups.filter((group) => group.application === application.id);
    return [line(application, ''), ...tiers.map((tier) => line(tier, '  '))].join('\n');
  });
  return [
    `From ${formatTime(window.from)} to ${formatTime(window.to)}`,
    section('Applications', applications),
    section('Shared services', of('shared-service').map(explained)),
    section('Scanners', of('scanner').map(explained)),
    section(
      'Outside the estate',
      of('external').map((group) => line(group, '')),
    ),
    section(
      'Not in the inventory',
      of('unknown').map((group) => line(group, '')),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((text) => text.replaceAll(/^/gm, '  '))].join('\n');
}

function line({ name, members, id }: Group, indent: string): string {
  const names = few(
    members.map(({ workload }) => workload),
    MEMBERS_SHOWN,
  );
  return `${indent}${name} (${plural(members.length, 'workload')}): ${names}  [${id}]`;
}

function explained(group: Group): string {
  const why = group.reasons.slice(0, REASONS_SHOWN).map(({ text }) => `    ${text}`);
  return [line(group, ''), ...why].join('\n');
}
