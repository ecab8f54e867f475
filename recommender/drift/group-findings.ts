import type { Dependency } from '../../analytics/model/dependency';
import { contentId } from '../model/identity';
import { rulesInOrder } from '../model/decide';
import type { Policy, Rule, Selector } from '../model/policy';
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
  const rules = rulesInOrder(policy);
  return changes.flatMap((change) => {
    const naming = rules.filter((rule) => namesGroup(rule, change.group.id));
    return [
      ...(change.moved.length > 0 ? [movedFinding(change, { naming, names, at })] : []),
      ...(change.joined.length + change.left.length > 0
        ? [changedFinding(change, { naming, ofGroups, names, at })]
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
    filter: hostFilter(moved.map(({ address }) => address)),
    rules: opening.map(({ id }) => id),
  };
}

interface Changed {
  readonly naming: readonly Rule[];
  readonly ofGroups: readonly Dependency[];
  readonly names: EstateNames;
  readonly at: number;
}

function changedFinding({ group, now, joined, left }: GroupChange, { naming, ofGroups, names, at }: Changed): Finding {
  const gained = new Set(joined);
  const isOf = (workload: string) => names.addresses(workload).some((address) => gained.has(address));
  const uses = ofGroups.filter(({ client, server }) => isOf(client) || isOf(server));
  const members = new Set(uses.flatMap(({ client, server }) => [client, server].filter(isOf)));
  const connections = uses.reduce((sum, { established }) => sum + established, 0);
  const parts = [
    ...(joined.length > 0 ? [`${listWords(joined)} joined`] : []),
    ...(left.length > 0 ? [`${listWords(left)} left`] : []),
  ];
  const gone = now ? '' : ', and the analysis has no such group any more';
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
    firstSeen: uses.reduce((first, { firstSeen }) => Math.min(first, firstSeen), at),
    lastSeen: uses.reduce((last, { lastSeen }) => Math.max(last, lastSeen), at),
    connections,
    ...named([...members].map((id) => names.workload(id)).concat(members.size === 0 ? [...joined, ...left] : [])),
    filter: hostFilter([...joined, ...left]),
    rules: naming.map(({ id }) => id),
  };
}

/** Workloads of which no group is known yet, because they are newer than the analysis. */
export function findNewcomers(dependencies: readonly Dependency[], known: ReadonlySet<string>, names: EstateNames) {
  const newcomers = [...new Set(dependencies.flatMap(({ client, server }) => [client, server]))].filter(
    (id) => !known.has(id),
  );
  return newcomers.sort().map((id): Finding => {
    const uses = dependencies.filter(({ client, server }) => client === id || server === id);
    const connections = uses.reduce((sum, { established }) => sum + established, 0);
    return {
      id: contentId('f', ['group-changed', 'newcomer', id]),
      kind: 'group-changed',
      application: null,
      severity: 'medium',
      because: `${counted(connections, 'connection')} of it are denied, and nobody can say yet what it is part of`,
      words: `${names.workload(id)} is newer than the last analysis: run it again, and it has a group`,
      firstSeen: uses.reduce((first, { firstSeen }) => Math.min(first, firstSeen), Infinity),
      lastSeen: uses.reduce((last, { lastSeen }) => Math.max(last, lastSeen), 0),
      connections,
      ...named([names.workload(id)]),
      filter: hostFilter(names.addresses(id)),
      rules: [],
    };
  });
}

function namesGroup({ sources, destinations }: Rule, group: string): boolean {
  const isIt = (selector: Selector) => selector.kind === 'group' && selector.group === group;
  return sources.some(isIt) || destinations.some(isIt);
}

function hostFilter(addresses: readonly string[]): string {
  const clients = conversationFilter({ clients: addresses });
  return clients === '' ? '' : clients.replace('client', 'host');
}
