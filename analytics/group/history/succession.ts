import type { Group, Topology } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';
import { identify } from './identity';

/** Workloads that left one group for another; null is none, or one they were in before and after. */
export interface Flow {
  readonly from: Group | null;
  readonly to: Group | null;
  /** Sorted ids. */
  readonly workloads: readonly string[];
}

/** How the groups of one run go on in another. */
export interface Succession {
  /** Groups that are the same: before, after. */
  readonly same: readonly (readonly [Group, Group])[];
  readonly appeared: readonly Group[];
  readonly vanished: readonly Group[];
  readonly flows: readonly Flow[];
}

/**
 * @returns for tiers and for all other groups apart: a tier's own succession is that within applications that go on, of
 *   workloads that stayed in theirs
 */
export function findSuccession(before: Topology, after: Topology): { groups: Succession; tiers: Succession } {
  const pairs = pairUp(before, after);
  const isTier = ({ kind }: Group) => kind === 'tier';
  const groups = succession(before, after, pairs, (group) => !isTier(group));
  const tiers = succession(before, after, pairs, isTier);
  const moved = new Set(groups.flows.flatMap(({ workloads }) => workloads));
  const goesOn = new Set(groups.same.flatMap((pair) => pair.map(({ id }) => id)));
  const isInside = ({ application }: Group) => application !== null && goesOn.has(application);
  return {
    groups,
    tiers: {
      same: tiers.same,
      appeared: tiers.appeared.filter(isInside),
      vanished: tiers.vanished.filter(isInside),
      flows: tiers.flows
        .map((flow) => ({ ...flow, workloads: flow.workloads.filter((workload) => !moved.has(workload)) }))
        .filter(({ workloads }) => workloads.length > 0),
    },
  };
}

/** By id, and what is left by overlap: a group that was away in between comes back under another id. */
function pairUp(before: Topology, after: Topology): Map<Group, Group> {
  const old = new Map(before.groups.map((group) => [group.id, group]));
  const pairs = new Map<Group, Group>();
  for (const group of after.groups) {
    const same = old.get(group.id);
    if (same) pairs.set(same, group);
  }
  const left = after.groups.filter(({ id }) => !old.has(id));
  const open = before.groups.filter((group) => !pairs.has(group));
  const applications = new Map([...pairs].map(([was, is]) => [is.id, was.id]));
  for (const tiers of [false, true]) {
    const wave = left.filter(({ kind }) => (kind === 'tier') === tiers);
    const identities = identify(
      wave.map(({ kind, application, members }) => ({
        kind,
        application: applications.get(application ?? '') ?? application,
        members: members.map(({ workload }) => workload),
      })),
      open,
      new Set(after.workloads.map(({ id }) => id)),
    );
    for (const [at, { previous }] of identities.entries()) {
      const group = wave[at];
      if (!group || !previous) continue;
      pairs.set(previous, group);
      applications.set(group.id, previous.id);
    }
  }
  return pairs;
}

function succession(
  before: Topology,
  after: Topology,
  pairs: ReadonlyMap<Group, Group>,
  accept: (group: Group) => boolean,
): Succession {
  const was = before.groups.filter(accept);
  const is = after.groups.filter(accept);
  const same = was.flatMap((group) => {
    const next = pairs.get(group);
    return next ? [[group, next] as const] : [];
  });
  const continued = new Set(same.map(([, group]) => group));
  return {
    same,
    appeared: is.filter((group) => !continued.has(group)),
    vanished: was.filter((group) => !pairs.has(group)),
    flows: findFlows(was, is, pairs),
  };
}

function findFlows(was: readonly Group[], is: readonly Group[], pairs: ReadonlyMap<Group, Group>): Flow[] {
  const wasIn = membership(was);
  const isIn = membership(is);
  const origins = new Map([...pairs].map(([from, to]) => [to, from]));
  const flows = new Map<Group | null, Map<Group | null, string[]>>();
  for (const workload of [...new Set([...wasIn.keys(), ...isIn.keys()])].sort(compareText)) {
    const [old, now] = [wasIn.get(workload), isIn.get(workload)];
    const stays = (group: Group | undefined, among: Membership | undefined) =>
      group !== undefined && among?.all.includes(group) === true;
    // Who is lent to its old home by its new one has moved all the same.
    const settled = !old || !now || old.home.some((group) => now.home.some((each) => each === pairs.get(group)));
    const left = old?.home.filter((group) => !settled || !stays(pairs.get(group), now)) ?? [];
    const joined = now?.home.filter((group) => !settled || !stays(origins.get(group), old)) ?? [];
    if (left.length === 0 && joined.length === 0) continue;
    for (const from of left.length > 0 ? left : [null]) {
      for (const to of joined.length > 0 ? joined : [null]) {
        const targets = flows.get(from) ?? new Map<Group | null, string[]>();
        flows.set(from, targets);
        const workloads = targets.get(to);
        if (workloads) workloads.push(workload);
        else targets.set(to, [workload]);
      }
    }
  }
  return [...flows].flatMap(([from, targets]) => [...targets].map(([to, workloads]) => ({ from, to, workloads })));
}

interface Membership {
  /** Groups it is at home in. */
  readonly home: readonly Group[];
  readonly all: readonly Group[];
}

function membership(groups: readonly Group[]): Map<string, Membership> {
  const found = new Map<string, { home: Group[]; all: Group[] }>();
  for (const group of groups) {
    for (const { workload, lent } of group.members) {
      const of = found.get(workload) ?? { home: [], all: [] };
      found.set(workload, of);
      of.all.push(group);
      if (!lent) of.home.push(group);
    }
  }
  return found;
}
