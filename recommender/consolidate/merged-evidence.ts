import { compareText } from '../../ingest/kernel/text';
import { groupBy } from '../../analytics/graph/group-by';
import type { Evidence, Rule, Witness } from '../model/policy';

/** Of the busiest rules first: enough for a person to recognise what was merged. */
const EXAMPLES = 6;

/** What is behind several rules: counts summed, times and the rest over all of them. @param rules at least one */
export function mergedEvidence(rules: readonly Rule[]): Evidence {
  const all = rules.map(({ evidence }) => evidence);
  const values = (of: (evidence: Evidence) => number | undefined) => all.flatMap((evidence) => of(evidence) ?? []);
  const sum = (of: (evidence: Evidence) => number | undefined) => values(of).reduce((total, value) => total + value, 0);
  const most = (of: (evidence: Evidence) => number | undefined) => values(of).reduce((a, b) => Math.max(a, b), 0);
  const least = (of: (evidence: Evidence) => number) => values(of).reduce((a, b) => Math.min(a, b), Infinity);
  const witnesses = witnessesOf(all.flatMap((evidence) => evidence.witnesses ?? []));
  const filter = filterOf(all);
  return {
    dependencies: sum(({ dependencies }) => dependencies),
    ...(everyOne(all, 'conversations') ? { conversations: sum(({ conversations }) => conversations) } : {}),
    connections: sum(({ connections }) => connections),
    packets: sum(({ packets }) => packets),
    bytes: sum(({ bytes }) => bytes),
    hours: most(({ hours }) => hours),
    // Days are counted, not listed: the most of any rule is what is certain of all of them.
    ...(everyOne(all, 'days') ? { days: most(({ days }) => days) } : {}),
    firstSeen: least(({ firstSeen }) => firstSeen),
    lastSeen: most(({ lastSeen }) => lastSeen),
    direction: least(({ direction }) => direction),
    reporters: [...new Set(all.flatMap(({ reporters }) => reporters))].sort(),
    examples: examplesOf(all),
    ...(witnesses.length > 0 ? { witnesses } : {}),
    ...(filter === undefined ? {} : { filter }),
  };
}

function everyOne(all: readonly Evidence[], key: 'conversations' | 'days'): boolean {
  return all.every((evidence) => evidence[key] !== undefined);
}

function witnessesOf(witnesses: readonly Witness[]): Witness[] {
  return [...groupBy(witnesses, ({ exporter }) => exporter)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([exporter, same]) => ({
      exporter,
      quality: Math.min(...same.map(({ quality }) => quality)),
      words: [...new Set(same.map(({ words }) => words).filter((words) => words !== ''))].sort().join('; '),
    }));
}

function examplesOf(all: readonly Evidence[]): string[] {
  const busiest = [...all].sort(
    (a, b) => b.connections - a.connections || compareText(a.examples.join(), b.examples.join()),
  );
  const turns = Math.max(0, ...busiest.map(({ examples }) => examples.length));
  const inTurn = Array.from({ length: turns }, (_, turn) => busiest.flatMap(({ examples }) => examples[turn] ?? []));
  return [...new Set(inTurn.flat())].slice(0, EXAMPLES);
}

/** Missing where it would show less than all. */
function filterOf(all: readonly Evidence[]): string | undefined {
  const filters = [...new Set(all.flatMap(({ filter }) => filter ?? []))].sort();
  if (all.some(({ filter }) => filter === undefined)) return undefined;
  return filters.length === 1 ? filters[0] : filters.map((filter) => `(${filter})`).join(' or ');
}
