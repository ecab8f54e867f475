import { formatTime } from '../../../ingest/kernel/time';
import type { Curve } from '../../../recommender/consolidate';
import type { ReachReport } from '../../../recommender/reach';
import { columns, count, plural, section, share } from './table';

/** Of a cell in words. */
const MOST_LETTERS = 90;
const WAYS_LISTED = 5;

export function printCurve({ points, knee, why, heldOut, policy }: Curve): string {
  const rows = points.map(({ steps, rules, surface, denied, deniedPackets, words }) => [
    steps === knee.steps ? '*' : '',
    count(rules),
    share(surface),
    denied === null ? '' : share(denied),
    deniedPackets === null ? '' : share(deniedPackets),
    shortened(words),
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

/** At a word, with what is left out said: a table must fit a terminal. */
function shortened(words: string): string {
  if (words.length <= MOST_LETTERS) return words;
  const kept = words.slice(0, MOST_LETTERS).replace(/[\s,;]+\S*$/, '');
  return `${kept} … (--json has it all)`;
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
  // What most workloads reach is worst.
  const ways = jewels
    .flatMap(({ name, after, paths }) => {
      const longest = paths.at(-1);
      return longest && paths.length > 1 ? [{ name, after, longest }] : [];
    })
    .sort((a, b) => b.after - a.after);
  const listed = ways
    .slice(0, WAYS_LISTED)
    .flatMap(({ name, after, longest }) => [
      `${name}, which ${plural(after, 'workload')} can reach, from ${plural(longest.length, 'hop')} away:`,
      ...longest.map((hop) => `  ${hop.from} → ${hop.to}: ${shortened(hop.words)}`),
    ]);
  if (ways.length > WAYS_LISTED) listed.push(`and ${ways.length - WAYS_LISTED} more (--json lists all)`);
  return [
    `${policy}\n`,
    section('An intruder', words),
    jewels.length === 0
      ? '\nNo group serves a directory, a database, secrets or certificates, or keeps backups: name what is precious with --jewel.\n'
      : `\n${columns(headings, rows)}`,
    section('The longest ways left', listed),
    section(
      'Why these',
      jewels.map(({ name, reason }) => `${name}: ${reason}`),
    ),
  ].join('');
}
