import type { DecidedGroup, GroupDecision } from '../../model/group-decision';
import type { GroupKind, Topology } from '../../model/topology';
import { Holds, type Place } from './holds';
import { madeGroupId } from './made-group-id';

/** What all standing decisions come to, the later ones winning. */
export interface Held {
  readonly holds: Holds;
  /** By group id. */
  readonly names: ReadonlyMap<string, string>;
  /** `<group id> <name>` of names that were given and taken back. */
  readonly withdrawn: ReadonlySet<string>;
  /** By group id, the decision that confirmed it. */
  readonly confirmed: ReadonlyMap<string, string>;
  readonly standing: readonly GroupDecision[];
  /** Groups that decisions are about, as they were last decided on. */
  readonly groups: ReadonlyMap<string, DecidedGroup>;
  /** The group that one is now: itself, unless it was merged away. */
  readonly successor: (group: string) => string;
}

/** @param previous says what application a tier is in by now */
export function foldDecisions(decisions: readonly GroupDecision[], previous?: Topology): Held {
  const standing = decisions
    .filter(({ undone }) => !undone)
    .sort((a, b) => a.number - b.number || (a.id < b.id ? -1 : 1));
  const names = new Map<string, string>();
  const confirmed = new Map<string, string>();
  const mergedInto = new Map<string, string>();
  const groups = new Map<string, DecidedGroup>();
  const successor = (group: string): string => {
    let last = group;
    for (let next = mergedInto.get(last); next !== undefined; next = mergedInto.get(last)) last = next;
    // A thousand mergers, each into the next, are a long way to go only once.
    for (let at = group; at !== last;) {
      const next = mergedInto.get(at) ?? last;
      mergedInto.set(at, last);
      at = next;
    }
    return last;
  };
  const holds = new Holds(successor);
  const name = (group: string, given: string): void => {
    // Two processes may have given the same name at once.
    for (const [other, same] of names) if (same === given) names.delete(other);
    names.set(group, given);
  };
  const tiers = new Map(previous?.groups.map(({ id, application }) => [id, application]));

  for (const decision of standing) {
    const { id: by, wish, topology } = decision;
    const about = decision.groups.map((group) => ({ ...group, now: successor(group.id) }));
    for (const group of about) {
      groups.set(group.id, group);
      const application = tiers.get(group.id) ?? group.application;
      if (application !== null) holds.placeTier(group.now, successor(application));
    }
    if (wish.kind === 'share') {
      const made = madeGroupId('shared-service', by);
      const { name: given, workloads } = wish;
      name(made, given);
      confirmed.set(made, by);
      groups.set(made, { id: made, kind: 'shared-service', name: given, application: null, members: workloads });
      holds.put('shared-service', workloads, { group: made, decision: by, topology, meant: true, away: false });
    }
    const [first, ...others] = about;
    if (!first || wish.kind === 'share') continue;
    const place = placeOf(first.kind);
    const put = (workloads: readonly string[], group: string, meant: boolean, away = false): void => {
      if (place) holds.put(place, workloads, { group, decision: by, topology, meant, away });
    };
    switch (wish.kind) {
      case 'rename':
        name(first.now, wish.name);
        break;
      case 'pin':
      case 'move':
        put(wish.workloads, first.now, true, wish.kind === 'move');
        break;
      case 'merge':
        put(first.members, first.now, true);
        for (const { now, members } of others) {
          if (now === first.now) continue;
          mergedInto.set(now, first.now);
          names.delete(now);
          confirmed.delete(now);
          put(members, first.now, true, first.kind === 'application');
        }
        break;
      case 'split': {
        const made = madeGroupId(first.kind, by);
        const application = holds.applicationOf(first.now);
        if (application !== undefined) holds.placeTier(made, application);
        name(made, wish.name);
        groups.set(made, { ...first, id: made, name: wish.name, members: wish.workloads });
        // A part of a tier stays in its application.
        put(wish.workloads, made, true, first.kind === 'application');
        const leaving = new Set(wish.workloads);
        put(
          first.members.filter((workload) => !leaving.has(workload)),
          first.now,
          false,
        );
        break;
      }
      case 'confirm':
        confirmed.set(first.now, by);
        if (first.kind === 'scanner') holds.confirmScanners(first.members, by);
        else put(first.members, first.now, true);
        break;
      case 'refuse':
        confirmed.delete(first.now);
        if (first.kind === 'shared-service' || first.kind === 'scanner') holds.refuse(first.kind, first.members, by);
        break;
    }
  }
  holds.settle();
  return { holds, names, withdrawn: withdrawnOf(decisions), confirmed, standing, groups, successor };
}

function withdrawnOf(decisions: readonly GroupDecision[]): Set<string> {
  const undone = decisions.filter((decision) => decision.undone);
  if (undone.length === 0) return new Set();
  const into = new Map<string, Set<string>>();
  for (const { wish } of decisions) {
    if (wish.kind !== 'merge') continue;
    const [first = '', ...others] = wish.groups;
    for (const other of others) into.set(other, (into.get(other) ?? new Set()).add(first));
  }
  return new Set(
    undone.flatMap(({ id, wish, groups: [group] }) => {
      const made = wish.kind === 'share' ? 'shared-service' : group?.kind;
      if (made === undefined || !('name' in wish)) return [];
      // A merger gave the name to what it was merged into, even if that was undone since.
      const ids = new Set([wish.kind === 'rename' ? wish.group : madeGroupId(made, id)]);
      for (const each of ids) for (const next of into.get(each) ?? []) ids.add(next);
      return [...ids].map((each) => `${each} ${wish.name}`);
    }),
  );
}

function placeOf(kind: GroupKind): Place | undefined {
  return kind === 'application' || kind === 'tier' || kind === 'shared-service' ? kind : undefined;
}
