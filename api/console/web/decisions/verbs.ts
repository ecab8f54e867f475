import type { GroupWish } from '../../../../analytics/model/group-decision';
import type { Group, GroupKind } from '../../../../analytics/model/topology';
import { count, KIND_WORDS } from '../words';

export type Verb = GroupWish['kind'];

interface VerbWords {
  readonly label: string;
  /** Kinds of groups that it can be said of. */
  readonly kinds: readonly GroupKind[];
  /** What it has to know beside the group: a name of one's own, or another group. */
  readonly asks?: { readonly what: 'name' | 'group'; readonly label: string };
}

/** Kinds that somebody can be put into. */
const PLACES: readonly GroupKind[] = ['application', 'tier', 'shared-service'];

export const VERBS: Readonly<Record<Verb, VerbWords>> = {
  rename: {
    label: 'Rename',
    kinds: [...PLACES, 'scanner', 'external', 'unknown'],
    asks: { what: 'name', label: 'New name' },
  },
  confirm: { label: 'Confirm', kinds: [...PLACES, 'scanner'] },
  refuse: { label: 'Refuse', kinds: ['shared-service', 'scanner'] },
  merge: { label: 'Merge', kinds: PLACES, asks: { what: 'group', label: 'Group to merge it into' } },
  pin: { label: 'Pin', kinds: PLACES },
  move: { label: 'Move', kinds: PLACES, asks: { what: 'group', label: 'Group to move to' } },
  split: { label: 'Split off', kinds: PLACES, asks: { what: 'name', label: 'Name of the new group' } },
  share: {
    label: 'Make a shared service',
    kinds: ['application', 'tier'],
    asks: { what: 'name', label: 'Name of the service' },
  },
};

/** Of the group as a whole, and of members of it. */
export const GROUP_VERBS = ['rename', 'confirm', 'refuse', 'merge'] as const satisfies readonly Verb[];
export const MEMBER_VERBS = ['pin', 'move', 'split', 'share'] as const satisfies readonly Verb[];

/** What a decision does, before it is taken. @param chosen amount of members */
export function meaningOf(verb: Verb, { kind, name }: Pick<Group, 'kind' | 'name'>, chosen = 0): string {
  const who = count(chosen, 'workload');
  switch (verb) {
    case 'rename':
      return 'It keeps this name from the next analysis on.';
    case 'confirm':
      return `${name} is what it says it is, and its members stay together, whatever later traffic says.`;
    case 'refuse':
      return `${name} is no ${KIND_WORDS[kind].toLowerCase()}: from the next analysis on its members belong to applications.`;
    case 'merge':
      return `From the next analysis on all of ${name} is in the other group, which keeps its name.`;
    case 'pin':
      return `${who} will stay in ${name}, whatever the traffic says.`;
    case 'move':
      return `${who} will be in the other group from the next analysis on.`;
    case 'split':
      return `${who} will leave ${name} for a ${KIND_WORDS[kind].toLowerCase()} of their own; the others stay.`;
    case 'share':
      return `From the next analysis on ${who} will be a shared service of this name, whatever the traffic says.`;
  }
}

/** @param written the name or the group that the verb asks for */
export function wishOf(verb: Verb, group: string, workloads: readonly string[], written: string): GroupWish {
  switch (verb) {
    case 'rename':
      return { kind: verb, group, name: written };
    case 'confirm':
    case 'refuse':
      return { kind: verb, group };
    case 'merge':
      return { kind: verb, groups: [written, group] };
    case 'pin':
      return { kind: verb, group, workloads };
    case 'move':
      return { kind: verb, group: written, workloads };
    case 'split':
      return { kind: verb, group, workloads, name: written };
    case 'share':
      return { kind: verb, workloads, name: written };
  }
}

/** Groups that a group can be merged into, or its members moved to. */
export function targetsOf(verb: Verb, group: Group, groups: readonly Group[]): readonly Group[] {
  const { id, kind, application } = group;
  const others = groups.filter((other) => other.id !== id);
  if (verb === 'merge') return others.filter((other) => other.kind === kind && other.application === application);
  if (kind === 'shared-service') return others.filter((other) => other.kind === kind);
  return others.filter((other) => other.kind === 'application' || other.kind === 'tier');
}
