import { formatTime } from '../../../ingest/kernel/time';
import type { WorkloadDetails, WorkloadList } from '../../../analytics/inventory';
import { place, spanText } from './inventory';
import { few, plural } from './table';

const SHOWN = 20;

/** @param at epoch seconds: as of when they were asked for */
export function printWorkloads({ workloads, more }: WorkloadList, at: number): string {
  if (workloads.length === 0) return `No such workloads as of ${formatTime(at)}; --at says of when they are shown\n`;
  const lines = workloads.map(({ id, name, type, addresses, labels, names = [] }) => {
    const known = Object.entries(labels).map(([label, value]) => `${label}:${value}`);
    const called = name === id ? '' : ` ${name}`;
    const seen = names.filter((each) => each !== name);
    return [
      `${id}${called}${type === undefined ? '' : ` (${type})`}`,
      few(addresses, 4),
      ...(known.length > 0 ? [known.join(' ')] : []),
      ...(seen.length > 0 ? [`seen as ${seen.join(', ')}`] : []),
    ].join('  ');
  });
  const last = workloads.at(-1)?.id ?? '';
  return [...lines, ...(more > 0 ? [`and ${plural(more, 'more workload')}: --after '${last}'`] : []), ''].join('\n');
}

export function printWorkload(workload: WorkloadDetails): string {
  const { id, name, type, keys, addresses, labels, users, names, conflicts, pool } = workload;
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          `${title}:`,
          ...lines.slice(0, SHOWN).map((line) => `  ${line}`),
          ...(lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more`] : []),
        ];
  return [
    `${id}${name === id ? '' : `, called ${name}`}${type === 'host' ? '' : ` (${type})`}`,
    ...section(
      'addresses',
      addresses.map(({ source, ...span }) => `${place(span)} ${spanText(span)}, says ${source}`),
    ),
    ...section(
      'labels',
      labels.map(({ label, value, source }) => `${label}: ${value}, says ${source}`),
    ),
    ...section(
      'known as',
      keys.map(({ source, key }) => `${key} in ${source}`),
    ),
    ...section('pool', pool),
    ...section(
      'users',
      users.map(({ user, address, since, until }) => `${user} at ${address} from ${since} to ${until}`),
    ),
    ...section(
      'seen as',
      names.map(({ name: seen, lastSeen }) => `${seen}, last ${lastSeen}`),
    ),
    ...section(
      'conflicts',
      conflicts.map(
        ({ winner, loser, ...span }) =>
          `${place(span)} ${spanText(span)}: ${winner.source} says ${winner.name} and is believed, ${loser.source} says ${loser.name}`,
      ),
    ),
    '',
  ].join('\n');
}
