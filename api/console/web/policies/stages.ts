import type { Action, Stage } from '../../../../recommender/lifecycle/model';
import type { Side } from '../../../../recommender/model/closing';
import type { Policy, Selector } from '../../../../recommender/model/policy';
import type { UnitAnswer } from '../../contract';

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  draft: 'Draft',
  reviewed: 'Reviewed',
  approved: 'Approved',
  staged: 'Alert only',
  enforced: 'Enforced',
};

export type Verb = Extract<Action['kind'], 'review' | 'approve' | 'stage' | 'enforce' | 'withdraw'>;

export const VERBS: Readonly<Record<Verb, { readonly label: string; readonly meaning: string }>> = {
  review: {
    label: 'Mark as reviewed',
    meaning: 'Somebody read it and found it right. Nothing changes in the network.',
  },
  approve: {
    label: 'Approve',
    meaning: 'It may be staged and enforced. Whoever wrote it cannot approve it where two people are required.',
  },
  stage: {
    label: 'Stage, alert only',
    meaning: 'Enforcement points get it and log what it would deny; nothing is blocked.',
  },
  enforce: { label: 'Enforce', meaning: 'What no rule admits is blocked from now on.' },
  withdraw: { label: 'Withdraw', meaning: 'It goes back to draft, and enforcement points no longer get it.' },
};

/** What may be done with something that has come as far as its least advanced part. */
const NEXT: Readonly<Record<Stage, readonly Verb[]>> = {
  draft: ['review'],
  reviewed: ['approve', 'withdraw'],
  approved: ['stage', 'withdraw'],
  staged: ['enforce', 'withdraw'],
  enforced: ['withdraw'],
};

export function verbsAt(stages: readonly Stage[]): readonly Verb[] {
  const [least] = inOrder(stages);
  if (least === undefined) return [];
  const some = stages.some((stage) => stage !== 'draft');
  return [...new Set([...NEXT[least], ...(some ? (['withdraw'] as const) : [])])];
}

/** "3 enforced, 1 draft": the least advanced last. */
export function stagesWords(stages: readonly Stage[]): string {
  const counts = new Map<Stage, number>();
  for (const stage of inOrder(stages).toReversed()) counts.set(stage, (counts.get(stage) ?? 0) + 1);
  return [...counts].map(([stage, amount]) => `${amount} ${STAGE_WORDS[stage].toLowerCase()}`).join(', ');
}

const ORDER: readonly Stage[] = ['draft', 'reviewed', 'approved', 'staged', 'enforced'];

function inOrder(stages: readonly Stage[]): Stage[] {
  return stages.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

/** How far one direction of an application has come. */
interface Way {
  /** Group id of the application, or of a group that belongs to none. */
  readonly group: string;
  readonly name: string;
  readonly direction: Side;
  readonly rules: readonly Stage[];
  readonly closings: readonly Stage[];
}

/** One for each direction of every application and of every closed group outside of them, by name. */
export function waysOf(body: Policy, units: readonly UnitAnswer[], nameOf: (group: string) => string): Way[] {
  const homes = new Map(body.groups.map(({ id, application }) => [id, application ?? id]));
  const homeOf = (group: string): string => homes.get(group) ?? group;
  const rules = new Map(body.sections.flatMap((section) => section.rules.map((rule) => [rule.id, rule] as const)));
  const closed = [...new Set(body.appliedTo.map(homeOf))].map((group) => ({ group, name: nameOf(group) }));
  const ways = new Map<string, { rules: Stage[]; closings: Stage[] }>();
  const at = (group: string, direction: Side): { rules: Stage[]; closings: Stage[] } => {
    const key = `${direction} ${group}`;
    const found = ways.get(key) ?? { rules: [], closings: [] };
    ways.set(key, found);
    return found;
  };
  for (const unit of units) {
    if (unit.kind === 'closing') at(homeOf(unit.group), unit.direction).closings.push(unit.stage);
    else {
      const rule = rules.get(unit.rule);
      if (!rule) continue;
      for (const group of homesOf(rule.destinations, homeOf)) at(group, 'inbound').rules.push(unit.stage);
      for (const group of homesOf(rule.sources, homeOf)) at(group, 'outbound').rules.push(unit.stage);
    }
  }
  return closed
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .flatMap(({ group, name }) =>
      (['inbound', 'outbound'] as const).map((direction) => ({ group, name, direction, ...at(group, direction) })),
    );
}

function homesOf(selectors: readonly Selector[], homeOf: (group: string) => string): Set<string> {
  return new Set(selectors.flatMap((selector) => (selector.kind === 'group' ? [homeOf(selector.group)] : [])));
}

/** By rule id. */
export function ruleStages(units: readonly UnitAnswer[]): ReadonlyMap<string, Stage> {
  return new Map(units.flatMap((unit) => (unit.kind === 'rule' ? [[unit.rule, unit.stage] as const] : [])));
}
