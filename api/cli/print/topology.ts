import { formatTime } from '../../../ingest/kernel/time';
import type { Group, Topology } from '../../../analytics/model/topology';
import { few, plural } from './table';

const MEMBERS_SHOWN = 6;
const REASONS_SHOWN = 3;

export function printTopology({ window, groups }: Topology, { reasons = false } = {}): string {
  const of = (kind: Group['kind']) => groups.filter((group) => group.kind === kind);
  const applications = of('application').map((application) => {
    const tiers = groups.filter((group) => group.application === application.id);
    return [line(application, reasons, ''), ...tiers.map((tier) => line(tier, reasons, '  '))].join('\n');
  });
  return [
    `From ${formatTime(window.from)} to ${formatTime(window.to)}`,
    section('Applications', applications),
    section(
      'Shared services',
      of('shared-service').map((group) => line(group, true, '')),
    ),
    section(
      'Scanners',
      of('scanner').map((group) => line(group, true, '')),
    ),
    section(
      'Outside the estate',
      of('external').map((group) => line(group, reasons, '')),
    ),
    section(
      'Not in the inventory',
      of('unknown').map((group) => line(group, reasons, '')),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((text) => text.replaceAll(/^/gm, '  '))].join('\n');
}

function line({ name, members, reasons, id }: Group, withReasons: boolean, indent: string): string {
  const names = few(
    members.map(({ workload }) => workload),
    MEMBERS_SHOWN,
  );
  const why = withReasons ? reasons.slice(0, REASONS_SHOWN).map(({ text }) => `${indent}    ${text}`) : [];
  return [`${indent}${name} (${plural(members.length, 'workload')}): ${names}  [${id}]`, ...why].join('\n');
}
