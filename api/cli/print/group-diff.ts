import type { TopologyDiff } from '../../../analytics/group';
import { formatTime } from '../../../ingest/kernel/time';
import { few, plural, section } from './table';

const SHOWN = 50;
const NAMED = 10;

export function printDiff({ before, after, events, moved, renamed, confidence, workloads }: TopologyDiff): string {
  const run = ({ id, window }: TopologyDiff['before']) =>
    `${id}, from ${formatTime(window.from)} to ${formatTime(window.to)}`;
  const texts = (items: readonly { readonly text: string }[]) => items.map(({ text }) => text);
  const { added, gone } = workloads;
  const changes = [
    section('Groups', texts(events), SHOWN),
    section('Renamed', texts(renamed), SHOWN),
    section('Moved', texts(moved), SHOWN),
    section('How sure', texts(confidence), SHOWN),
    section('Workloads', [
      ...(added.length > 0 ? [`${plural(added.length, 'workload')} came: ${few(added, NAMED)}`] : []),
      ...(gone.length > 0 ? [`${plural(gone.length, 'workload')} went: ${few(gone, NAMED)}`] : []),
    ]),
  ].join('');
  return `before  ${run(before)}\nafter   ${run(after)}\n${changes === '' ? '\nThe same groups with the same members\n' : changes}`;
}
