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

/** `31 workloads and 2,605 networks outside`. */
export function population({ workloads }: Pick<Topology, 'workloads'>): string {
  const outside = workloads.filter(({ kind }) => kind === 'external').length;
  const inside = plural(workloads.length - outside, 'workload');
  return outside === 0 ? inside : `${inside} and ${plural(outside, 'network')} outside`;
}

/** `6 workloads`; what is outside is only known by its networks. */
export function size(kind: GroupKind, members: number): string {
  return plural(members, kind === 'external' ? 'network' : 'workload');
}

function line({ kind, name, members, id }: Group): string {
  const names = few(
    members.map(({ workload }) => workload),
    MEMBERS_SHOWN,
  );
  return `${kind === 'tier' ? '  ' : ''}${name} (${size(kind, members.length)}): ${names}  [${id}]`;
}

function whyOf({ reasons }: Group): string[] {
  return reasons.slice(0, REASONS_SHOWN).map(({ text }) => `    ${text}`);
}
