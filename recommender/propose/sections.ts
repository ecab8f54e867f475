import { groupBy } from '../../analytics/graph/group-by';
import type { Topology } from '../../analytics/model/topology';
import { compareText } from '../../ingest/kernel/text';
import { CATEGORIES, type PolicyGroup, type Rule, type Section } from '../model/policy';
import type { Draft } from './draft';
import type { Estate } from './estate';

/** In the order they apply, and of equals by name; rules by their words. */
export function sectionsOf(drafts: readonly Draft[], topology: Topology, ruleOf: (draft: Draft) => Rule): Section[] {
  const names = new Map(topology.groups.map(({ id, name }) => [id, name]));
  const sections = [...groupBy(drafts, ({ category, owner }) => `${category}\t${owner ?? ''}`).values()].flatMap(
    (own) => {
      const [first] = own;
      if (!first) return [];
      const { category, owner } = first;
      const name = owner === null ? 'Shared services' : (names.get(owner) ?? owner);
      return [{ id: `${category}:${owner ?? 'shared'}`, category, name, rules: own.map(ruleOf).sort(byWords) }];
    },
  );
  return sections.sort(
    (a, b) =>
      CATEGORIES.indexOf(a.category) - CATEGORIES.indexOf(b.category) ||
      compareText(a.name, b.name) ||
      compareText(a.id, b.id),
  );
}

/** Those that rules and `appliedTo` name, and scanners: a replay must know them. */
export function namedGroups(drafts: readonly Draft[], topology: Topology, estate: Estate): PolicyGroup[] {
  const named = drafts
    .flatMap(({ sources, destinations }) => [...sources, ...destinations])
    .flatMap(({ group }) => group ?? []);
  const scanners = topology.groups.filter(({ kind }) => kind === 'scanner').map(estate.freeze);
  const groups = new Map(
    [...scanners, ...named, ...estate.closed.map(({ frozen }) => frozen)].map((group) => [group.id, group]),
  );
  return [...groups.values()].sort((a, b) => compareText(a.id, b.id));
}

function byWords(a: Rule, b: Rule): number {
  return compareText(a.words, b.words) || compareText(a.id, b.id);
}
