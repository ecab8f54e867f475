import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { contentId } from '../model/identity';
import { CATEGORIES, type Policy, type PolicyGroup, type Rule, type Section } from '../model/policy';
import { compareText } from '../../ingest/kernel/text';
import { draftRules, type Draft } from './draft';
import { surveyEstate, type Estate } from './estate';
import { drawnBy, foldDrawn, mayWander, type MayWander } from './drawn';
import { placeClients, placeServers } from './placement';
import { ruleOf } from './rule';
import { listRefusals, nothingSeen, refusalOf, type Refused } from './sift';

export interface ProposeInput {
  readonly topology: Topology;
  /** Of the topology's window and workloads. */
  readonly dependencies: readonly Dependency[];
  readonly name: string;
  /** Application ids to close and to write rules for; everything when left out. */
  readonly scope?: readonly string[];
  /** ISO 8601. */
  readonly now: string;
  /** What may be drawn; by the registry where left out. */
  readonly wanders?: MayWander;
}

/**
 * The allow-list that the traffic of the window asks for, one rule for each pair of tiers that talk. What is not proposed
 * is in `refusals`, and a policy without rules says there why.
 *
 * @throws WayleaveError `unknown-application`
 */
export function propose({ topology, dependencies, name, scope, now, wanders = mayWander }: ProposeInput): Policy {
  const estate = surveyEstate(topology, scope);
  const accepted: Dependency[] = [];
  const sifted: Refused[] = [];
  for (const dependency of dependencies) {
    const code = refusalOf(dependency, estate);
    if (code === undefined) accepted.push(dependency);
    else if (code !== 'not-managed' || scope === undefined) sifted.push({ code, dependency });
  }
  const served = placeServers(accepted, estate);
  const folded = foldDrawn(served, drawnBy(served, topology.window, wanders));
  const { drafts, refused } = draftRules(placeClients(folded, estate), estate);
  const sections = sectionsOf(drafts, topology, estate);
  const refusals = listRefusals([...sifted, ...refused], estate);
  const content = {
    name,
    topology: topology.id,
    window: topology.window,
    granularity: 'tier' as const,
    sections,
    groups: groupsOf(drafts, topology, estate),
    appliedTo: estate.closed.map(({ frozen }) => frozen.id),
    refusals: sections.length === 0 && refusals.length === 0 ? [nothingSeen(estate)] : refusals,
  };
  return { id: contentId('p', content), created: now, ...content };
}

function sectionsOf(drafts: readonly Draft[], topology: Topology, estate: Estate): Section[] {
  const names = new Map(topology.groups.map(({ id, name }) => [id, name]));
  const sections = [
    ...groupBy(drafts, ({ category, application }) => `${category}\t${application ?? ''}`).values(),
  ].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const { category, application } = first;
    const rules = own.map((draft) => ruleOf(draft, estate)).sort(byWords);
    const name = application === null ? 'Shared services' : (names.get(application) ?? application);
    return [{ id: `${category}:${application ?? 'shared'}`, category, name, rules }];
  });
  return sections.sort(
    (a, b) =>
      CATEGORIES.indexOf(a.category) - CATEGORIES.indexOf(b.category) ||
      compareText(a.name, b.name) ||
      compareText(a.id, b.id),
  );
}

/** Those that rules and `appliedTo` name, and scanners: a replay must know them. */
function groupsOf(drafts: readonly Draft[], topology: Topology, estate: Estate): PolicyGroup[] {
  const named = drafts
    .flatMap(({ sources, destination }) => [...sources, destination])
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
