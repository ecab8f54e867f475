import type { Group, GroupKind, Topology } from '../../../analytics/model/topology';
import { formatTime } from '../../../ingest/kernel/time';
import { inOrder } from './group-order';
import { few, plural, section } from './table';

const MEMBERS_SHOWN = 6;
const REASONS_SHOWN = 3;

/** Each section and the kinds of group in it; those of which a name says little are explained. */
const SECTIONS: readonly {
  readonly title: string;
  readonly kinds: readonly GroupKind[];
  readonly explained: boolean;
}[] = [
  { title: 'Applications', kinds: ['application', 'tier'], explained: false },
  { title: 'Shared services', kinds: ['shared-service'], explained: true },
  { title: 'Scanners', kinds: ['scanner'], explained: true },
  { title: 'Outside the estate', kinds: ['external'], explained: false },
  { title: 'Not in the inventory', kinds: ['unknown'], explained: false },
];

export function printTopology({ window, groups }: Topology): string {
  const ordered = inOrder(groups);
  return [
    `From ${formatTime(window.from)} to ${formatTime(window.to)}\n`,
    ...SECTIONS.map(({ title, kinds, explained }) =>
      section(
        title,
        ordered
          .filter(({ kind }) => kinds.includes(kind))
          .flatMap((group) => [line(group), ...(explained ? whyOf(group) : [])]),
      ),
    ),
  ].join('');
}

function line({ kind, name, members, id }: Group): string {
  const names = few(
    members.map(({ workload }) => workload),
    MEMBERS_SHOWN,
  );
  return `${kind === 'tier' ? '  ' : ''}${name} (${plural(members.length, 'workload')}): ${names}  [${id}]`;
}

function whyOf({ reasons }: Group): string[] {
  return reasons.slice(0, REASONS_SHOWN).map(({ text }) => `    ${text}`);
}
