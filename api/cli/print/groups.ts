import type { Group, Topology } from '../../../analytics/model/topology';
import { formatTime } from '../../../ingest/kernel/time';
import { inOrder } from './group-order';
import { printRemarks } from './remarks';
import { certainty, columns, count } from './table';

const HEADINGS = ['name', 'kind', 'members', 'sure', 'environment', 'since', 'confirmed', 'id'];

/**
 * @param shown ids of the groups to list
 * @param none what is said where these are none
 */
export function printGroups(topology: Topology, shown: ReadonlySet<string>, none: string): string {
  const { id, window, groups } = topology;
  const listed = inOrder(groups).filter((group) => shown.has(group.id));
  const heading = `From ${formatTime(window.from)} to ${formatTime(window.to)}, ${id}\n\n`;
  if (listed.length === 0) return `${heading}${none}; \`wayleave groups\` lists all ${count(groups.length)}\n`;
  return [
    heading,
    columns(
      HEADINGS,
      listed.map((group) => rowOf(group, shown)),
    ),
    ...(listed.length === groups.length ? [printRemarks(topology)] : []),
    '\n`wayleave groups show <group>` says why, `wayleave why-group <workload>` why a workload is where it is\n',
  ].join('');
}

function rowOf(group: Group, shown: ReadonlySet<string>): string[] {
  const { id, kind, name, members, application, since, environment, confirmed } = group;
  const sure = members.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, members.length);
  return [
    `${application !== null && shown.has(application) ? '  ' : ''}${name}`,
    kind,
    count(members.length),
    certainty(sure),
    environment ?? '',
    since === undefined ? '' : formatTime(since),
    confirmed === undefined ? '' : 'yes',
    id,
  ];
}
