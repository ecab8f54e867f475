import type { Group, GroupEvent, Topology } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';
import { counted, destinations, listed, origins } from './event-words';
import { findRenamings, namesIn } from './renamings';
import { findSuccession, type Flow, type Succession } from './succession';

/** Share of a group's members that must come from one group for it to be a part of that one, or go to one. */
const LEAST_SHARE = 0.5;

const KINDS: readonly GroupEvent['kind'][] = ['split', 'merged', 'appeared', 'vanished', 'renamed', 'joined', 'left'];

/** What became of the groups of a run in another, in words; what changed most first. */
export function findEvents(before: Topology, after: Topology): GroupEvent[] {
  const { groups, tiers } = findDistinct(before, after);
  const isKnown = knownTo(before);
  const isThere = knownTo(after);
  const events = [groups, tiers].flatMap((succession, rank) => {
    const renamed = findRenamings(succession.same, before, after).map(({ id, text }): GroupEvent => ({
      kind: 'renamed',
      groups: [id],
      workloads: [],
      text,
    }));
    return [...changes(succession, isKnown, isThere), ...renamed].map((event) => ({ event, rank }));
  });
  return events
    .sort(
      (a, b) =>
        KINDS.indexOf(a.event.kind) - KINDS.indexOf(b.event.kind) ||
        a.rank - b.rank ||
        b.event.workloads.length - a.event.workloads.length ||
        compareText(a.event.text, b.event.text) ||
        compareText(a.event.groups.join(), b.event.groups.join()),
    )
    .map(({ event }) => event);
}

/** The succession with groups that are over, and left their name to another, called by where they were as well. */
function findDistinct(before: Topology, after: Topology): ReturnType<typeof findSuccession> {
  const found = findSuccession(before, after);
  const goesOn = new Set([...found.groups.same, ...found.tiers.same].map(([was]) => was));
  const taken = new Set(after.groups.map(({ name }) => name));
  const isMistaken = (group: Group) => taken.has(group.name) && !goesOn.has(group);
  if (!before.groups.some(isMistaken)) return found;
  const names = namesIn(before);
  const groups = before.groups.map((group) => {
    if (!isMistaken(group)) return group;
    const { id, application } = group;
    const where = application === null ? id : `in ${names.get(application) ?? 'another application'}, ${application}`;
    return { ...group, name: `${group.name} (then ${where})` };
  });
  return findSuccession({ ...before, groups }, after);
}

function knownTo({ workloads }: Topology): (workload: string) => boolean {
  const known = new Set(workloads.map(({ id }) => id));
  return (workload) => known.has(workload);
}

function changes(
  { same, appeared, vanished, flows }: Succession,
  isKnown: (workload: string) => boolean,
  isThere: (workload: string) => boolean,
): GroupEvent[] {
  const into = flowsBy(flows, ({ to }) => to);
  const outOf = flowsBy(flows, ({ from }) => from);
  const explained = new Set<Flow>();
  const parts = new Map<Group, Flow[]>();
  const isPart = new Set<Group>();
  for (const group of appeared) {
    const flow = majority(into.get(group), homeSize(group));
    if (flow?.from?.kind !== group.kind) continue;
    parts.set(flow.from, [...(parts.get(flow.from) ?? []), flow]);
    isPart.add(group);
    explained.add(flow);
  }
  const merged = new Map<Group, Flow[]>();
  for (const group of vanished) {
    const flow = majority(outOf.get(group), homeSize(group));
    if (flow?.to?.kind !== group.kind || parts.has(group)) continue;
    merged.set(flow.to, [...(merged.get(flow.to) ?? []), flow]);
    explained.add(flow);
  }
  const over = new Set(vanished);
  const absorbed = new Set([...merged.values()].flatMap((each) => each.map(({ from }) => from)));
  const rest = (of: readonly Flow[] = []) => of.filter((flow) => !explained.has(flow));
  const made = (group: Group) =>
    isPart.has(group) || 2 * workloadsOf(merged.get(group) ?? []).length >= homeSize(group);
  const ended = (group: Group) => parts.has(group) || absorbed.has(group);
  return [
    ...[...parts].map(([group, of]) => split(group, of, !over.has(group))),
    ...[...merged].map(([group, of]) => merger(group, of)),
    ...appeared.map((group) =>
      made(group) ? joining(group, rest(into.get(group)), isKnown) : appearance(group, into.get(group) ?? [], isKnown),
    ),
    ...vanished.map((group) =>
      ended(group)
        ? leaving(group, group, rest(outOf.get(group)), isThere)
        : disappearance(group, outOf.get(group) ?? [], isThere),
    ),
    ...same.flatMap(([was, is]) => [
      joining(is, rest(into.get(is)), isKnown),
      leaving(was, is, rest(outOf.get(was)), isThere),
    ]),
  ].filter((event) => event !== undefined);
}

function flowsBy(flows: readonly Flow[], end: (flow: Flow) => Group | null): Map<Group, Flow[]> {
  const found = new Map<Group, Flow[]>();
  for (const flow of flows) {
    const group = end(flow);
    if (!group) continue;
    const of = found.get(group);
    if (of) of.push(flow);
    else found.set(group, [flow]);
  }
  for (const of of found.values()) {
    of.sort(
      (a, b) => b.workloads.length - a.workloads.length || compareText(a.workloads[0] ?? '', b.workloads[0] ?? ''),
    );
  }
  return found;
}

function majority(flows: readonly Flow[] | undefined, size: number): Flow | undefined {
  return flows?.find(({ from, to, workloads }) => from && to && workloads.length >= LEAST_SHARE * size);
}

function homesIn({ members }: Group): string[] {
  return members.filter(({ lent }) => !lent).map(({ workload }) => workload);
}

function homeSize(group: Group): number {
  return homesIn(group).length;
}

/** Lists count those who are at home elsewhere, too. */
function elsewhere({ members }: Group): string {
  const lent = members.filter((member) => member.lent).length;
  return lent === 0 ? '' : ` and ${lent} at home elsewhere`;
}

function split(group: Group, parts: readonly Flow[], goesOn: boolean): GroupEvent {
  const size = homeSize(group);
  const named = parts.map(({ to, workloads }, at) =>
    at === 0
      ? `${workloads.length} of ${size} workloads are now ${to?.name}`
      : `${workloads.length} are now ${to?.name}`,
  );
  return {
    kind: 'split',
    groups: [group.id, ...parts.map(({ to }) => to?.id ?? '')],
    workloads: workloadsOf(parts),
    text: `${group.name} ${goesOn ? 'split' : 'came apart'}: ${listed(named)}`,
  };
}

function merger(group: Group, parts: readonly Flow[]): GroupEvent {
  const names = listed(parts.map(({ from }) => from?.name ?? ''));
  const counts = listed(
    parts.map(({ from, workloads }) => `${workloads.length} of the ${from ? homeSize(from) : 0} of ${from?.name}`),
  );
  return {
    kind: 'merged',
    groups: [group.id, ...parts.map(({ from }) => from?.id ?? '')],
    workloads: workloadsOf(parts),
    text: `${names} merged into ${group.name}: ${counts} are there now`,
  };
}

function appearance(group: Group, flows: readonly Flow[], isKnown: (workload: string) => boolean): GroupEvent {
  const workloads = homesIn(group);
  return {
    kind: 'appeared',
    groups: [group.id],
    workloads,
    text: `${group.name} appeared with ${counted(workloads.length)}${elsewhere(group)}${origins(flows, isKnown, workloads)}`,
  };
}

function disappearance(group: Group, flows: readonly Flow[], isThere: (workload: string) => boolean): GroupEvent {
  const workloads = homesIn(group);
  return {
    kind: 'vanished',
    groups: [group.id],
    workloads,
    text: `${group.name} vanished, which had ${counted(workloads.length)}${elsewhere(group)}${destinations(flows, isThere, workloads)}`,
  };
}

function joining(group: Group, flows: readonly Flow[], isKnown: (workload: string) => boolean): GroupEvent | undefined {
  const workloads = workloadsOf(flows);
  if (workloads.length === 0) return undefined;
  const text = `${counted(workloads.length)} joined ${group.name}${origins(flows, isKnown)}`;
  return { kind: 'joined', groups: [group.id], workloads, text };
}

function leaving(
  was: Group,
  is: Group,
  flows: readonly Flow[],
  isThere: (workload: string) => boolean,
): GroupEvent | undefined {
  const workloads = workloadsOf(flows);
  if (workloads.length === 0) return undefined;
  const text = `${workloads.length} of ${counted(homeSize(was))} left ${is.name}${destinations(flows, isThere)}`;
  return { kind: 'left', groups: [is.id], workloads, text };
}

function workloadsOf(flows: readonly Flow[]): string[] {
  return [...new Set(flows.flatMap(({ workloads }) => workloads))].sort(compareText);
}
