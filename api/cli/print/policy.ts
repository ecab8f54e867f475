import { formatTime } from '../../../ingest/kernel/time';
import type { Policy, Rule } from '../../../recommender/model/policy';
import { count, plural } from './table';

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
            ...refusals.map(
              (refusal) =>
                `  ${refusal.reason}: ${plural(refusal.dependencies, 'dependency', 'dependencies')}, ${plural(refusal.connections, 'connection')}${refusal.examples[0] ? `, such as ${refusal.examples[0]}` : ''}`,
            ),
          ].join('\n'),
        ]),
    '',
  ].join('\n\n');
}

function printRule({ words, evidence, confidence, surface }: Rule): string {
  const seen = `${plural(evidence.connections, 'connection')} of ${plural(evidence.dependencies, 'pair')}, ${plural(evidence.hours, 'hour')} active, last ${formatTime(evidence.lastSeen)}`;
  return `  ${words}\n      ${seen}; confidence ${confidence.toFixed(2)}; opens ${count(surface.unused)} of ${count(surface.opened)} pairs never seen`;
}
