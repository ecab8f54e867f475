import { WayleaveError } from '../../../ingest/kernel/errors';
import { nearest } from '../../../ingest/query';
import type { DecidedGroup, GroupDecision, GroupWish } from '../../model/group-decision';
import type { Group, GroupKind, Topology } from '../../model/topology';
import { checkName } from './check-name';
import { requireOneEnvironment } from './environments';
import { findGroup } from './find-group';
import { madeGroupId } from './made-group-id';

/** A wish that can be held to: groups by id, workloads known, sorted and once each. */
export interface SettledWish {
  readonly wish: GroupWish;
  readonly groups: readonly DecidedGroup[];
}

/** What wishes are about. */
interface About {
  readonly topology: Topology;
  readonly standing: readonly GroupDecision[];
}

/** Groups that somebody can be put into. */
const PLACES: readonly GroupKind[] = ['application', 'tier', 'shared-service'];
const CONFIRMED: readonly GroupKind[] = [...PLACES, 'scanner'];
const REFUSED: readonly GroupKind[] = ['shared-service', 'scanner'];
/** That one decision names. */
export const MOST_WORKLOADS = 10_000;
const MOST_MERGED = 100;

/**
 * @param wish groups by id or name
 * @param topology what it is about: the latest run
 * @param standing decisions that nobody undid
 * @param labelWeight of the grouping
 * @throws WayleaveError `unknown-group`, `ambiguous-group`, `unknown-workload`, `not-a-member`, `other-kind`,
 *   `other-environment`, `other-application`, `bad-split`, `bad-name`, `name-taken`, `bad-wish`
 */
export function settleWish(
  wish: GroupWish,
  topology: Topology,
  standing: readonly GroupDecision[],
  labelWeight = 1,
): SettledWish {
  const requireEnvironment = (groups: readonly Group[], workloads: readonly string[]) =>
    requireOneEnvironment({ groups, workloads }, topology, standing, labelWeight);
  const about: About = { topology, standing };
  switch (wish.kind) {
    case 'rename': {
      const group = findGroup(topology, wish.group, standing);
      const name = checkName(wish.name, group, topology, standing);
      return settled({ ...wish, group: group.id, name }, [group]);
    }
    case 'pin': {
      const group = groupOf(about, wish.group, wish.kind, PLACES);
      const workloads = membersNamed(wish.workloads, group, topology);
      return settled({ ...wish, group: group.id, workloads }, [group]);
    }
    case 'move': {
      const group = groupOf(about, wish.group, wish.kind, PLACES);
      const workloads = knownWorkloads(wish.workloads, topology);
      requireKind(workloads, group, topology);
      requireEnvironment([group], workloads);
      return settled({ ...wish, group: group.id, workloads }, [group]);
    }
    case 'merge': {
      requireLength(wish.groups, 'groups to merge', 2, MOST_MERGED);
      const groups = [...new Set(wish.groups.map((written) => groupOf(about, written, wish.kind, PLACES)))];
      requireMergeable(groups, topology);
      requireEnvironment(groups, []);
      return settled({ ...wish, groups: groups.map(({ id }) => id) }, groups);
    }
    case 'split': {
      const group = groupOf(about, wish.group, wish.kind, PLACES);
      const workloads = membersNamed(wish.workloads, group, topology);
      const home = homeMembers(group).length;
      if (workloads.length === home) {
        throw new WayleaveError(
          `all ${home} workloads of ${group.name} would leave it; expected some of them, or a rename`,
          { code: 'bad-split', where: { group: group.id } },
        );
      }
      return settled({ ...wish, group: group.id, workloads, name: checkName(wish.name, null, topology, standing) }, [
        group,
      ]);
    }
    case 'confirm':
    case 'refuse': {
      const group = groupOf(about, wish.group, wish.kind, wish.kind === 'confirm' ? CONFIRMED : REFUSED);
      return settled({ ...wish, group: group.id }, [group]);
    }
    case 'share': {
      const workloads = knownWorkloads(wish.workloads, topology);
      const known = sharedServiceNamed(wish.name, topology);
      if (known) return settleWish({ kind: 'move', group: known.id, workloads }, topology, standing, labelWeight);
      requireManaged(workloads, topology);
      const promised = sharedServicePromised(wish.name, standing);
      requireEnvironment([], [...workloads, ...(promised?.members ?? [])]);
      if (promised) return { wish: { kind: 'move', group: promised.id, workloads }, groups: [promised] };
      return settled({ ...wish, workloads, name: checkName(wish.name, null, topology, standing) }, []);
    }
  }
}

function settled(wish: GroupWish, groups: readonly Group[]): SettledWish {
  const about = groups.map((group): DecidedGroup => {
    const { id, kind, name, application } = group;
    return { id, kind, name, application, members: homeMembers(group) };
  });
  return { wish, groups: about };
}

function homeMembers({ members }: Group): string[] {
  return members.filter(({ lent }) => !lent).map(({ workload }) => workload);
}

function groupOf({ topology, standing }: About, written: string, verb: string, kinds: readonly GroupKind[]): Group {
  const group = findGroup(topology, written, standing);
  if (kinds.includes(group.kind)) return group;
  throw new WayleaveError(
    `"${group.name}" is of kind ${group.kind}, of which there is nothing to ${verb}; expected ${kinds.join(', ')}`,
    { code: 'other-kind', where: { group: group.id } },
  );
}

function knownWorkloads(written: readonly string[], { id: topology, workloads }: Topology): string[] {
  requireLength(written, 'workloads', 1, MOST_WORKLOADS);
  const known = new Set(workloads.map(({ id }) => id));
  const unknown = written.find((workload) => !known.has(workload));
  if (unknown === undefined) return [...new Set(written)].sort();
  const near = nearest(unknown, [...known]);
  const hint = near === undefined ? 'expected the id of one' : `did you mean ${near}?`;
  throw new WayleaveError(`there is no workload "${unknown}" among the ${known.size} of ${topology}; ${hint}`, {
    code: 'unknown-workload',
    where: { workload: unknown },
  });
}

function membersNamed(written: readonly string[], group: Group, topology: Topology): string[] {
  const workloads = knownWorkloads(written, topology);
  const members = new Map(group.members.map((member) => [member.workload, member]));
  const other = workloads.find((workload) => !members.has(workload) || members.get(workload)?.lent);
  if (other === undefined) return workloads;
  const how = members.has(other) ? 'is at home elsewhere and lent to' : 'is not in';
  throw new WayleaveError(`"${other}" ${how} ${group.name}; expected its own members, or a move to it first`, {
    code: 'not-a-member',
    where: { workload: other, group: group.id },
  });
}

function requireLength(list: readonly string[], what: string, least: number, most: number): void {
  const length = new Set(list).size;
  if (length >= least && length <= most) return;
  throw new WayleaveError(`the number of ${what} is ${length}; expected ${least} to ${most}`, { code: 'bad-wish' });
}

/** A shared service that there is, whatever the case of its name: who is to provide one of that name joins it. */
function sharedServiceNamed(written: string, { groups }: Topology): Group | undefined {
  const low = comparable(written);
  const [only, ...others] = groups.filter(({ kind, name }) => kind === 'shared-service' && comparable(name) === low);
  return others.length === 0 ? only : undefined;
}

/** One that the next run makes. */
function sharedServicePromised(written: string, standing: readonly GroupDecision[]): DecidedGroup | undefined {
  for (const { id, wish } of standing) {
    if (wish.kind !== 'share' || comparable(wish.name) !== comparable(written)) continue;
    const { name, workloads: members } = wish;
    return { id: madeGroupId('shared-service', id), kind: 'shared-service', name, application: null, members };
  }
  return undefined;
}

function comparable(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** Of the others it is not known what they offer, nor would a rule be put on them. */
function requireManaged(workloads: readonly string[], topology: Topology): void {
  const wanted = new Set(workloads);
  const other = topology.workloads.find(({ id, kind }) => wanted.has(id) && kind !== 'managed');
  if (!other) return;
  throw new WayleaveError(`"${other.id}" is ${other.kind}; expected workloads of the inventory, which are managed`, {
    code: 'other-kind',
    where: { workload: other.id },
  });
}

/** Anybody managed may be put into a shared service; who is in one, or not managed, is in no application. */
function requireKind(workloads: readonly string[], group: Group, topology: Topology): void {
  if (group.kind === 'shared-service') {
    requireManaged(workloads, topology);
    return;
  }
  const { groups } = topology;
  const kinds: readonly GroupKind[] = ['application', 'tier'];
  const placed = new Set(
    groups.filter(({ kind }) => kinds.includes(kind)).flatMap(({ members }) => members.map(({ workload }) => workload)),
  );
  const other = workloads.find((workload) => !placed.has(workload));
  if (other === undefined) return;
  const now = groups.find(({ members }) => members.some(({ workload }) => workload === other));
  throw new WayleaveError(
    `"${other}" is in ${now?.kind} ${now?.name} and cannot move to ${group.kind} ${group.name}; expected a workload of ` +
      `some ${kinds[0]}${now && REFUSED.includes(now.kind) ? `, or that ${now.name} is refused first` : ''}`,
    { code: 'other-kind', where: { workload: other, group: group.id } },
  );
}

function requireMergeable(groups: readonly Group[], topology: Topology): void {
  const [first, ...others] = groups;
  if (!first) return;
  if (others.length === 0)
    throw new WayleaveError(`"${first.name}" cannot be merged with itself; expected two groups`, { code: 'bad-wish' });
  for (const other of others) {
    const where = { group: other.id, into: first.id };
    if (other.kind !== first.kind)
      throw new WayleaveError(
        `"${first.name}" is of kind ${first.kind} and "${other.name}" of kind ${other.kind}; expected groups of one kind`,
        { code: 'other-kind', where },
      );
    if (other.application !== first.application) {
      const name = (id: string | null) => topology.groups.find((group) => group.id === id)?.name ?? id;
      throw new WayleaveError(
        `"${first.name}" is a tier of ${name(first.application)} and "${other.name}" of ${name(other.application)}; ` +
          'expected tiers of one application: merge the applications first, or move the workloads',
        { code: 'other-application', where },
      );
    }
  }
}
