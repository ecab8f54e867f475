import { formatTime } from '../../../ingest/kernel/time';
import type { Curve } from '../../../recommender/consolidate';
import type { ReachReport } from '../../../recommender/reach';
import { columns, count, plural, section, share } from './table';

export function printCurve({ points, knee, why, heldOut, policy }: Curve): string {
  const rows = points.map(({ steps, rules, surface, denied, deniedPackets, words }) => [
    steps === knee.steps ? '*' : '',
    count(rules),
    share(surface),
    denied === null ? '' : share(denied),
    deniedPackets === null ? '' : share(deniedPackets),
    words,
  ]);
  const judged = heldOut
    ? `Judged by the traffic from ${formatTime(heldOut.from)} to ${formatTime(heldOut.to)}.`
    : 'Nothing came after what it was made from, so what would be denied is not known: name a window with --from and --to.';
  return (
    `${policy}\n\n${columns(['', 'rules', 'surface', 'denied', 'of packets', 'the dearest merge opens'], rows)}\n` +
    `* ${why}\n${judged}\n` +
    `\`wayleave recommend curve --policy ${policy} --rules ${knee.rules}\` makes it a recommendation.\n`
  );
}

export function printReach({ words, jewels, policy }: ReachReport): string {
  const rows = jewels.map(({ name, workloads, before, after, administration, path }) => [
    name,
    count(workloads),
    count(before),
    count(after),
    count(administration.after),
    path ?? 'none',
  ]);
  const headings = [
    'crown jewel',
    'workloads',
    'reached from now',
    'with these rules',
    'by administration',
    'the shortest way left',
  ];
  const ways = jewels.flatMap(({ name, paths }) => {
    const longest = paths.at(-1);
    if (!longest || paths.length < 2) return [];
    return [
      `${name}, from ${plural(longest.length, 'hop')} away:`,
      ...longest.map((hop) => `  ${hop.from} → ${hop.to}: ${hop.words}`),
    ];
  });
  return [
    `${policy}\n`,
    section('An intruder', words),
    jewels.length === 0
      ? '\nNo group serves a directory, a database or backups: name what is precious with --jewel.\n'
      : `\n${columns(headings, rows)}`,
    section('The longest ways left', ways),
    section(
      'Why these',
      jewels.map(({ name, reason }) => `${name}: ${reason}`),
    ),
  ].join('');
}
