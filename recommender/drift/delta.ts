import type { Dependency } from '../../analytics/model/dependency';
import type { Topology } from '../../analytics/model/topology';
import { compareText } from '../../ingest/kernel/text';
import { createFilter } from '../model/decide';
import { contentId } from '../model/identity';
import { getsThrough } from '../model/packet-filter';
import { CATEGORIES, type Policy, type Section } from '../model/policy';
import { propose } from '../propose';
import { createJudge } from './workload-judge';
import { refreshGroups, type GroupChange } from './group-changes';
import type { Delta } from './model';

export interface Uncovered {
  /** What the policy would admit, were its groups what they are now. */
  readonly ofGroups: readonly Dependency[];
  /** What no rule covers, and what is proposed for it. */
  readonly delta: Delta;
  readonly dependencies: readonly Dependency[];
}

/**
 * Rules for what the policy denies, by the same rules of proposing and with the same refusals. Where a group's members
 * have changed, the group is what has to be brought up to date, and no rule is needed.
 *
 * @param dependencies that the policy denies, in part at least
 * @param topology the groups and workloads of now
 */
export function findDelta(
  policy: Policy,
  dependencies: readonly Dependency[],
  { topology, changes, now }: { topology: Topology; changes: readonly GroupChange[]; now: string },
): Uncovered {
  const judge = createJudge(createFilter(refreshGroups(policy, changes)), topology.workloads);
  const isAdmitted = (dependency: Dependency): boolean => {
    const verdicts = judge.verdicts(dependency);
    return verdicts.length > 0 && verdicts.every(getsThrough);
  };
  const ofGroups = dependencies.filter(isAdmitted);
  const admitted = new Set(ofGroups);
  const rest = dependencies.filter((dependency) => !admitted.has(dependency));
  if (rest.length === 0) return { ofGroups, dependencies: rest, delta: { sections: [], groups: [], refusals: [] } };
  const { sections, groups, refusals } = propose({ topology, dependencies: rest, name: policy.name, now });
  const named = new Set(
    sections.flatMap(({ rules }) =>
      rules.flatMap(({ sources, destinations }) =>
        [...sources, ...destinations].flatMap((each) => (each.kind === 'group' ? [each.group] : [])),
      ),
    ),
  );
  return {
    ofGroups,
    dependencies: rest,
    delta: { sections, groups: groups.filter(({ id }) => named.has(id)), refusals },
  };
}

/**
 * A policy with what drift proposes: the body of its next revision. Groups that the added rules name get the members of
 * now, for these rules as for those that named them before.
 *
 * @param rules ids of the delta's rules to take; all where they are left out
 */
export function acceptDelta(policy: Policy, delta: Delta, rules?: readonly string[]): Policy {
  const isWanted = (id: string) => rules === undefined || rules.includes(id);
  const added = delta.sections
    .map((section) => ({ ...section, rules: section.rules.filter(({ id }) => isWanted(id)) }))
    .filter((section) => section.rules.length > 0);
  const named = new Set(
    added.flatMap((section) =>
      section.rules.flatMap(({ sources, destinations }) =>
        [...sources, ...destinations].flatMap((each) => (each.kind === 'group' ? [each.group] : [])),
      ),
    ),
  );
  const groups = new Map(policy.groups.map((group) => [group.id, group]));
  for (const group of delta.groups) if (named.has(group.id)) groups.set(group.id, group);
  const { id: _, created, ...body } = policy;
  const content = {
    ...body,
    sections: mergeSections(policy.sections, added),
    groups: [...groups.values()].sort((a, b) => compareText(a.id, b.id)),
  };
  return { id: contentId('p', content), created, ...content };
}

/** Added rules come after those that a section has; a section that is new, where its category ends. */
function mergeSections(sections: readonly Section[], added: readonly Section[]): Section[] {
  const more = new Map(added.map((section) => [section.id, section]));
  const merged = sections.map((section) => {
    const extra = more.get(section.id);
    more.delete(section.id);
    if (!extra) return section;
    const known = new Set(section.rules.map(({ id }) => id));
    return { ...section, rules: [...section.rules, ...extra.rules.filter(({ id }) => !known.has(id))] };
  });
  return CATEGORIES.flatMap((category) =>
    [...merged, ...more.values()].filter((section) => section.category === category),
  );
}
