import { WayleaveError } from '../../ingest/kernel/errors';
import { compareText } from '../../ingest/kernel/text';
import { contentId } from '../model/identity';
import { UNSEEN } from '../model/unseen';
import { CATEGORIES, type Category, type Policy, type Rule, type Section, type Selector } from '../model/policy';
import { prefixesOf } from './address-algebra';
import { closeGroups } from './close-groups';
import { createGroups, type Groups } from './groups';
import type { Draft, DraftEnd, DraftRule } from './draft';
import { ruleWords } from './rule-words';
import { servicesIn, tidyRanges } from './services';

/** What is named by more addresses than this becomes a group. */
const NAMED_ADDRESSES = 16;
const MAX_RULES = 20_000;

export interface Naming {
  readonly name: string;
  readonly created: Date;
  /** A policy whose groups, rules and sections are meant where the same stand in the file. */
  readonly known?: Policy | undefined;
}

/** Drafts to a policy: groups are what has a name, ids those of the file or of what the rule says. */
export function assemble(draft: Draft, { name, created, known }: Naming): Policy {
  if (draft.rules.length > MAX_RULES) {
    throw new WayleaveError(`there are ${draft.rules.length} rules; expected at most ${MAX_RULES}`, {
      code: 'bad-ruleset',
    });
  }
  const groups = createGroups(known);
  for (const end of draft.named) groups.groupOf(end, end.name ?? '');
  const ids = new Set<string>();
  const meant = new Map(
    (known?.sections ?? []).flatMap((section) => section.rules.map((rule) => [rule.id, rule] as const)),
  );
  const rules = draft.rules.map((each) => ({ section: each.section, rule: ruleOf(each, groups, ids, meant) }));
  const { appliedTo, closures } = closeGroups(draft.closings, groups);
  const used = new Set([
    ...appliedTo,
    ...rules.flatMap(({ rule }) =>
      [...rule.sources, ...rule.destinations].flatMap((each) => (each.kind === 'group' ? [each.group] : [])),
    ),
  ]);
  const seconds = Math.floor(created.getTime() / 1000);
  const body: Omit<Policy, 'id'> = {
    name,
    created: created.toISOString(),
    topology: '',
    window: { from: seconds, to: seconds },
    granularity: 'tier',
    sections: sectionsOf(rules, known),
    groups: groups
      .all()
      .filter(({ id }) => used.has(id))
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id)),
    appliedTo,
    ...(closures.length === 0 ? {} : { closures }),
    refusals: [],
  };
  return { id: contentId('p', { ...body, created: '', window: null }), ...body };
}

function ruleOf(draft: DraftRule, groups: Groups, ids: Set<string>, meant: ReadonlyMap<string, Rule>): Rule {
  const { action, alertOnly, log } = draft;
  const sources = selectorsOf(draft.sources, groups, draft.where);
  const destinations = selectorsOf(draft.destinations, groups, draft.where);
  const services = servicesIn(tidyRanges(draft.services));
  const says = { action, sources, destinations, services };
  const before = draft.id === null ? undefined : meant.get(draft.id);
  const wanted = draft.id ?? contentId('r', says);
  let id = wanted;
  for (let copy = 2; ids.has(id); copy++) id = `${wanted}-${copy}`;
  ids.add(id);
  return {
    ...(before ?? UNSEEN),
    id,
    words: before?.words ?? draft.words ?? ruleWords(says, groups.all()),
    ...says,
    log,
    ...(alertOnly ? { alertOnly } : {}),
    origin: before?.origin ?? 'imported',
  };
}

function selectorsOf(ends: readonly DraftEnd[] | 'any', groups: Groups, where: string): Selector[] {
  if (ends === 'any') return [{ kind: 'any' }];
  return ends.flatMap((end): Selector[] => {
    const prefixes = end.name === null ? prefixesOf(end.set) : [];
    if (end.name === null && prefixes.length <= NAMED_ADDRESSES)
      return prefixes.map((prefix) => ({ kind: 'prefix', prefix }));
    return [{ kind: 'group', group: groups.groupOf(end, `addresses in ${where}`).id }];
  });
}

/** One for each stretch of the same part of the file, as order is meaning. */
function sectionsOf(rules: readonly { section: string; rule: Rule }[], known: Policy | undefined): Section[] {
  const home = new Map((known?.sections ?? []).flatMap((section) => section.rules.map(({ id }) => [id, section])));
  const sections: (Omit<Section, 'rules'> & { rules: Rule[]; key: string })[] = [];
  const ids = new Set<string>();
  for (const { section, rule } of rules) {
    const meant = home.get(rule.id);
    const key = meant?.id ?? section;
    const last = sections.at(-1);
    if (last?.key === key) {
      last.rules.push(rule);
      continue;
    }
    const category = laterOf(last?.category, meant?.category);
    let id = meant?.id ?? `imported:${section}`;
    for (let copy = 2; ids.has(id); copy++) id = `${meant?.id ?? `imported:${section}`}:${copy}`;
    ids.add(id);
    sections.push({ id, key, category, name: meant?.name ?? section, rules: [rule] });
  }
  return sections.map(({ id, category, name, rules: inside }) => ({ id, category, name, rules: inside }));
}

/** A section keeps its category as long as that does not change the order of the file; application, the last, never does. */
function laterOf(before: Category | undefined, meant: Category = 'application'): Category {
  if (before === undefined) return meant;
  return CATEGORIES.indexOf(meant) >= CATEGORIES.indexOf(before) ? meant : 'application';
}
