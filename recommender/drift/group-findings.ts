import { groupBy } from '../../analytics/graph/group-by';
import type { Dependency } from '../../analytics/model/dependency';
import { compareText } from '../../ingest/kernel/text';
import { contentId } from '../model/identity';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule } from '../model/policy';
import { listWords } from '../propose/words';
import type { EstateNames } from './estate-names';
import { conversationFilter } from './filters';
import type { GroupChange } from './group-changes';
import type { Finding, Severity } from './model';
import { counted, named } from './words';

interface GroupInput {
  readonly policy: Policy;
  readonly changes: readonly GroupChange[];
  /** What the policy would admit, were its groups what they are now. */
  readonly ofGroups: readonly Dependency[];
  readonly names: EstateNames;
  /** When the groups of now were found, epoch seconds. */
  readonly at: number;
}

/** What groups have become: addresses in other hands by themselves, and first. */
export function findGroupFindings({ policy, changes, ofGroups, names, at }: GroupInput): Finding[] {
  const namingOf = rulesByGroup(policy);
  const usesOf = byWorkload(ofGroups);
  const membersOf = byAddress(usesOf.keys(), names);
  return changes.flatMap((change) => {
    const naming = namingOf.get(change.group.id) ?? [];
    const members = new Set(change.joined.flatMap((address) => membersOf.get(address) ?? []));
    const uses = [...new Set([...members].flatMap((id) => usesOf.get(id) ?? []))];
    return [
      ...(change.moved.length > 0 ? [movedFinding(change, { naming, names, at })] : []),
      ...(change.joined.length + change.left.length > 0
        ? [changedFinding(change, { naming, members, uses, names, at })]
        : []),
    ];
  });
}

function movedFinding(
  { group, moved }: GroupChange,
  { naming, names, at }: Pick<Changed, 'naming' | 'names' | 'at'>,
): Finding {
  const opening = naming.filter(({ action }) => action === 'allow');
  const severity: Severity = opening.length > 0 ? 'critical' : 'medium';
  const owners = moved.map(({ address, owner, in: place }) =>
    place === '' ? `${address} is ${owner.name}'s` : `${address} is ${owner.name}'s, of ${place}`,
  );
  return {
    id: contentId('f', ['address-moved', group.id]),
    kind: 'address-moved',
    application: names.application(group.application),
    severity,
    because:
      opening.length > 0
        ? `${counted(opening.length, 'rule')} meant for ${group.name} now ${opening.length === 1 ? 'opens' : 'open'} what is somebody else's`
        : `no rule names ${group.name}, which only closes the address`,
    words: `${group.name} was frozen with ${counted(moved.length, 'address')} that ${moved.length === 1 ? 'is' : 'are'} in other hands: ${listWords(owners)}`,
    firstSeen: at,
    lastSeen: at,
    connections: 0,
    ...named(moved.map(({ owner }) => owner.name)),
    filter: conversationFilter({ hosts: moved.map(({ address }) => address) }),
    rules: opening.map(({ id }) => id),
  };
}

interface Changed {
  readonly naming: readonly Rule[];
  /** Of those who joined, the ones that use or serve anything that is denied, and what. */
  readonly members: ReadonlySet<string>;
  readonly uses: readonly Dependency[];
  readonly names: EstateNames;
  readonly at: number;
}

function changedFinding(
  { group, now, joined, left }: GroupChange,
  { naming, members, uses, names, at }: Changed,
): Finding {
  const parts = [
    ...(joined.length > 0 ? [`${listWords(joined)} joined`] : []),
    ...(left.length > 0 ? [`${listWords(left)} left`] : []),
  ];
  const gone = now ? '' : ', and the analysis has no such group any more';
  const { firstSeen, lastSeen, connections } = spanOf(uses);
  return {
    id: contentId('f', ['group-changed', group.id]),
    kind: 'group-changed',
    application: names.application(group.application),
    severity: connections > 0 ? 'medium' : 'low',
    because:
      connections > 0
        ? `${counted(connections, 'connection')} of those who joined are not covered until a revision takes them up`
        : joined.length > 0
          ? 'nothing that the policy denies was seen of those who joined'
          : 'an address without owner opens nothing until somebody gets it',
    words: `${group.name}: ${parts.join(', ')}${gone}`,
    firstSeen: Math.min(firstSeen, at),
    lastSeen: Math.max(lastSeen, at),
    connections,
    ...named(members.size === 0 ? [...joined, ...left] : [...members].map((id) => names.workload(id))),
    filter: conversationFilter({ hosts: [...joined, ...left] }),
    rules: naming.map(({ id }) => id),
  };
}

/** Workloads of which no group is known yet, because they are newer than the analysis. */
export function findNewcomers(
  dependencies: readonly Dependency[],
  known: ReadonlySet<string>,
  names: EstateNames,
): Finding[] {
  const newcomers = [...byWorkload(dependencies)].filter(([id]) => !known.has(id));
  return newcomers
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, uses]): Finding => {
      const span = spanOf(uses);
      return {
        id: contentId('f', ['group-changed', 'newcomer', id]),
        kind: 'group-changed',
        application: null,
        severity: 'medium',
        because: `${counted(span.connections, 'connection')} of it are denied, and nobody can say yet what it is part of`,
        words: `${names.workload(id)} is newer than the last analysis: run it again, and it has a group`,
        ...span,
        ...named([names.workload(id)]),
        filter: conversationFilter({ hosts: names.addresses(id) }),
        rules: [],
      };
    });
}

function spanOf(uses: readonly Dependency[]): Pick<Finding, 'firstSeen' | 'lastSeen' | 'connections'> {
  return {
    firstSeen: uses.reduce((first, { firstSeen }) => Math.min(first, firstSeen), Infinity),
    lastSeen: uses.reduce((last, { lastSeen }) => Math.max(last, lastSeen), 0),
    connections: uses.reduce((sum, { established }) => sum + established, 0),
  };
}

function rulesByGroup(policy: Policy): Map<string, Rule[]> {
  const named = rulesInOrder(policy).flatMap((rule) => {
    const groups = [...rule.sources, ...rule.destinations].flatMap((each) => (each.kind === 'group' ? each.group : []));
    return [...new Set(groups)].map((group) => ({ group, rule }));
  });
  return new Map([...groupBy(named, ({ group }) => group)].map(([group, all]) => [group, all.map(({ rule }) => rule)]));
}

/** Of either end. */
function byWorkload(dependencies: readonly Dependency[]): Map<string, Dependency[]> {
  const ends = dependencies.flatMap((use) => [use.client, use.server].map((id) => ({ id, use })));
  return new Map([...groupBy(ends, ({ id }) => id)].map(([id, all]) => [id, all.map(({ use }) => use)]));
}

function byAddress(workloads: Iterable<string>, names: EstateNames): Map<string, string> {
  return new Map([...workloads].flatMap((id) => names.addresses(id).map((address) => [address, id] as const)));
}
