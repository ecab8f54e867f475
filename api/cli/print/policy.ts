import { formatTime } from '../../../ingest/kernel/time';
import type { Policy, Refusal, Rule } from '../../../recommender/model/policy';
import { count, plural } from './table';

const REFUSED_SHOWN = 3;

export function printPolicy({ id, name, sections, refusals }: Policy): string {
  const rules = sections.reduce((sum, section) => sum + section.rules.length, 0);
  return [
    `${name} ${id}: ${plural(rules, 'rule')}, everything else to and from these groups is denied`,
    ...sections.map((section) => [`${section.name} (${section.category})`, ...section.rules.map(printRule)].join('\n')),
    ...(refusals.length === 0
      ? []
      : [
          [
            'Seen but not proposed',
            ...refusals.flatMap(printRefusal),
            ...(refusals.some(({ refused = [] }) => refused.length > 0)
              ? ['  `wayleave recommend accept <id>` makes a rule of it, `--json` has more of them']
              : []),
          ].join('\n'),
        ]),
    '',
  ].join('\n\n');
}

function printRefusal({ reason, dependencies, connections, examples, refused = [] }: Refusal): string[] {
  const example = examples[0] && refused.length === 0 ? `, such as ${examples[0]}` : '';
  return [
    `  ${reason}: ${plural(dependencies, 'dependency', 'dependencies')}, ${plural(connections, 'connection')}${example}`,
    ...refused.slice(0, REFUSED_SHOWN).map(({ id, words }) => `      ${id}  ${words}`),
  ];
}

function printRule({ id, words, evidence, confidence, surface, lease, extra, origin }: Rule): string {
  const seen = `${plural(evidence.connections, 'connection')} of ${plural(evidence.dependencies, 'pair')}, ${plural(evidence.hours, 'hour')} active, last ${formatTime(evidence.lastSeen)}`;
  return [
    `  ${words}  [${id}]${origin === 'accepted' ? ' (accepted by a person)' : ''}`,
    `      ${seen}; confidence ${confidence.toFixed(2)}; opens ${count(surface.unused)} of ${count(surface.opened)} pairs never seen`,
    ...(extra ? [`      opens more: ${extra.words}`] : []),
    ...(lease ? [`      until ${lease.expires.slice(0, 10)}: ${lease.reason}`] : []),
  ].join('\n');
}
