import type { Group, GroupEvent, GroupKind, Member, Topology, Window } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';
import { findEvents } from './events';
import { findRenamings, type Renaming } from './renamings';
import { findSuccession, type Succession } from './succession';

/** What a person reviews before they go from one run to another. */
export interface TopologyDiff {
  readonly before: DiffedRun;
  readonly after: DiffedRun;
  /** What changed most first; names are in `renamed`. */
  readonly events: readonly GroupEvent[];
  /** Workloads that both runs know and that changed groups, or, inside their application, tiers. By workload. */
  readonly moved: readonly Move[];
  /** But for tiers that are called after their application. */
  readonly renamed: readonly Renaming[];
  /** Of members that stayed; the largest change first. */
  readonly confidence: readonly ConfidenceChange[];
  /** Sorted ids of what only one of the runs knows. */
  readonly workloads: { readonly added: readonly string[]; readonly gone: readonly string[] };
}

export interface DiffedRun {
  readonly id: string;
  readonly window: Window;
}

export interface GroupName {
  readonly id: string;
  readonly kind: GroupKind;
  readonly name: string;
}

export interface MovedMember extends GroupName {
  readonly confidence: number;
}

export interface Move {
  readonly workload: string;
  /** Groups it left; none where it is in one more now. */
  readonly from: readonly MovedMember[];
  readonly to: readonly MovedMember[];
  readonly text: string;
}

export interface ConfidenceChange {
  readonly workload: string;
  /** As of the later run. */
  readonly group: GroupName;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A smaller change of confidence is what a day more or less of traffic makes. */
const NOTABLE = 0.2;

/** Compares two runs of any age, in either order of time. */
export function diffTopologies(before: Topology, after: Topology): TopologyDiff {
  const { groups, tiers } = findSuccession(before, after);
  const [was, is] = [idsOf(before), idsOf(after)];
  const isInBoth = (workload: string) => was.has(workload) && is.has(workload);
  const same = [...groups.same, ...tiers.same];
  return {
    before: { id: before.id, window: before.window },
    after: { id: after.id, window: after.window },
    events: findEvents(before, after).filter(({ kind }) => kind !== 'renamed'),
    moved: [...moves(groups, isInBoth), ...moves(tiers, isInBoth)].sort((a, b) => compareText(a.workload, b.workload)),
    renamed: findRenamings(same, before, after).sort((a, b) => compareText(a.kind, b.kind) || compareText(a.to, b.to)),
    confidence: same
      .flatMap(([old, now]) => confidenceChanges(old, now))
      .sort(
        (a, b) =>
          Math.abs(b.to - b.from) - Math.abs(a.to - a.from) ||
          compareText(a.workload, b.workload) ||
          compareText(a.group.id, b.group.id),
      ),
    workloads: {
      added: [...is].filter((workload) => !was.has(workload)),
      gone: [...was].filter((workload) => !is.has(workload)),
    },
  };
}

function idsOf({ workloads }: Topology): Set<string> {
  return new Set(workloads.map(({ id }) => id).sort(compareText));
}

function moves({ flows }: Succession, isInBoth: (workload: string) => boolean): Move[] {
  const ends = new Map<string, { from: Set<Group>; to: Set<Group> }>();
  for (const { from, to, workloads } of flows) {
    for (const workload of workloads) {
      if (!isInBoth(workload)) continue;
      const of = ends.get(workload) ?? { from: new Set(), to: new Set() };
      ends.set(workload, of);
      if (from) of.from.add(from);
      if (to) of.to.add(to);
    }
  }
  const confidences = membersOf([...ends.values()].flatMap(({ from, to }) => [...from, ...to]));
  const named = (workload: string, groups: ReadonlySet<Group>): MovedMember[] =>
    [...groups]
      .map((group) => ({ ...nameOf(group), confidence: confidences.get(group)?.get(workload)?.confidence ?? 0 }))
      .sort((a, b) => compareText(a.name, b.name));
  return [...ends].map(([workload, of]) => {
    const [from, to] = [named(workload, of.from), named(workload, of.to)];
    const words = [
      ...(from.length > 0 ? [`left ${told(from)}`] : []),
      ...(to.length > 0 ? [`${from.length > 0 ? 'for' : 'joined'} ${told(to)}`] : []),
    ];
    return { workload, from, to, text: `${workload} ${words.join(' ')}` };
  });
}

function confidenceChanges(old: Group, now: Group): ConfidenceChange[] {
  const before = membersOf([old]).get(old);
  return now.members.flatMap(({ workload, confidence: to }) => {
    const from = before?.get(workload)?.confidence;
    if (from === undefined || Math.abs(to - from) < NOTABLE) return [];
    const text = `${workload} is ${to > from ? 'surer' : 'less sure'} in ${now.name}: ${from} before, ${to} now`;
    return [{ workload, group: nameOf(now), from, to, text }];
  });
}

function membersOf(groups: readonly Group[]): Map<Group, ReadonlyMap<string, Member>> {
  return new Map(
    [...new Set(groups)].map((group) => [group, new Map(group.members.map((member) => [member.workload, member]))]),
  );
}

function nameOf({ id, kind, name }: Group): GroupName {
  return { id, kind, name };
}

function told(members: readonly MovedMember[]): string {
  return members.map(({ name, confidence }) => `${name} (confidence ${confidence})`).join(' and ');
}
