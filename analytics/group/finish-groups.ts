import { groupBy } from '../graph/group-by';
import type { Group, Member, Reason, Topology, Window } from '../model/topology';
import type { Workload } from '../model/workload';
import type { Constraints } from './constraints';
import type { Held } from './decisions/fold-decisions';
import { isReserved } from './decisions/reserved-names';
import { compareText } from '../../ingest/kernel/text';
import { percent, rounded } from './figures';
import { loggedOnReasons } from './logged-on';
import { identify, type Identity } from './history/identity';
import { tyingTraffic } from './naming/application-reasons';
import { legible } from './naming/legible';
import { makeUnique, saysMore } from './naming/names';
import type { ProposedGroup, ProposedMember } from './naming/proposed-group';
import { nameRoles, type ProposedRole } from './roles/role-names';
import type { Silence } from './silence';

export interface Past {
  /** Sorted by id, as numbered. */
  readonly workloads: readonly Workload[];
  readonly window: Window;
  readonly previous: Topology | undefined;
  readonly held: Held;
  readonly constraints: Constraints;
  readonly silence: Silence;
}

/** Names and networks alone put it there: nothing speaks for it, or against. */
const GUESSED = 0.5;

interface Identified {
  readonly proposed: ProposedGroup;
  readonly application: Identified | null;
  readonly identity: Identity;
  readonly name: string;
}

/**
 * Gives groups their ids, names and history: applications before tiers, which are matched and named within them.
 *
 * @returns sorted by kind, then name
 */
export function finishGroups(proposed: readonly ProposedGroup[], past: Past): Group[] {
  const done = new Map<ProposedGroup, Identified>();
  const known = new Map(past.workloads.map((workload) => [workload.id, workload]));
  const identities = identifier(past);
  const names = namer(past);
  for (const wave of [proposed.filter(({ parent }) => !parent), proposed.filter(({ parent }) => parent)]) {
    const applications = wave.map(({ parent }) => (parent && done.get(parent)) ?? null);
    const identified = identities(wave, applications);
    const named = names(wave, applications, identified);
    for (const [at, group] of wave.entries()) {
      const identity = identified[at];
      if (!identity) continue;
      done.set(group, { proposed: group, application: applications[at] ?? null, identity, name: named[at] ?? '' });
    }
  }
  const roles = [...new Set(proposed.flatMap(({ role }) => role ?? []))];
  const named = nameRoles(roles, tierWords(roles, [...done.values()]), past.previous?.groups ?? []);
  const roleNames = new Map(roles.map((role, at) => [role, named[at]]));
  const idOf = (group: ProposedGroup | undefined) => group && done.get(group)?.identity.id;
  const nameOf = (group: ProposedGroup | undefined) => group && done.get(group)?.name;
  return [...done.values()]
    .map((each) => finish(each, past, known, { idOf, nameOf, roleNames }))
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || compareText(a.id, b.id));
}

/** By role, what its tiers would be called by themselves: "web" of "web of shop". */
function tierWords(roles: readonly ProposedRole[], identified: readonly Identified[]): string[][] {
  const tiers = groupBy(identified, ({ proposed }) => proposed.role);
  return roles.map((role) =>
    (tiers.get(role) ?? []).flatMap(({ proposed, application }) => {
      if (!application) return [];
      const name = proposed.name(application.name);
      const end = name.lastIndexOf(` of ${application.name}`);
      return end > 0 ? [name.slice(0, end)] : [];
    }),
  );
}

interface Names {
  readonly idOf: (group: ProposedGroup | undefined) => string | undefined;
  readonly nameOf: (group: ProposedGroup | undefined) => string | undefined;
  readonly roleNames: ReadonlyMap<ProposedRole, string | undefined>;
}

function finish(
  { proposed, application, identity, name }: Identified,
  { window, previous, held, silence }: Past,
  known: ReadonlyMap<string, Workload>,
  { idOf, nameOf, roleNames }: Names,
): Group {
  const { kind, environment } = proposed;
  const { id } = identity;
  const role = proposed.role && roleNames.get(proposed.role);
  const holds =
    kind === 'application' || kind === 'tier' || kind === 'shared-service' ? held.holds.of[kind] : undefined;
  const silent = kind === 'application' || kind === 'tier' ? silence[kind] : undefined;
  const members = proposed.members.map(({ workload, confidence, lent, next }): Member => {
    const hold = holds?.get(workload);
    const other = next && idOf(next.group());
    const isLabelled = proposed.labelled && known.get(workload)?.labels.app !== undefined;
    const isGuessed = kind === 'application' && isNeverSeen(silence, workload) && !isLabelled && !hold;
    return {
      workload,
      confidence: rounded(isGuessed ? Math.min(GUESSED, confidence) : confidence),
      ...(lent ? { lent } : {}),
      ...(silent?.has(workload) ? { silent: true } : {}),
      ...(next && other !== undefined ? { next: { group: other, fit: rounded(next.fit) } } : {}),
      ...(hold?.group === id ? { decision: hold.decision } : {}),
    };
  });
  const elsewhere = proposed.elsewhere.map(({ group, share }): Reason => {
    const text = `${percent(share)} of ${tyingTraffic(environment)} is with ${nameOf(group())}`;
    return { text, weight: -share };
  });
  const confirmed = held.confirmed.get(id);
  const workloads = proposed.members.flatMap(({ workload, lent }) => (lent ? [] : (known.get(workload) ?? [])));
  return {
    id,
    kind,
    name,
    application: application?.identity.id ?? null,
    members,
    reasons: ordered([
      ...proposed.reasons,
      ...elsewhere,
      ...loggedOnReasons(workloads, kind === 'unknown'),
      ...decidedReasons(members),
    ]),
    // Topologies of earlier releases do not say since when.
    since: (identity.previous && (identity.previous.since ?? previous?.window.from)) ?? window.from,
    ...(environment === null ? {} : { environment }),
    ...(role ? { role } : {}),
    ...(confirmed === undefined ? {} : { confirmed }),
  };
}

function isNeverSeen({ application, tier }: Silence, workload: string): boolean {
  return application.has(workload) && tier.has(workload);
}

function decidedReasons(members: readonly Member[]): Reason[] {
  const decided = members.filter(({ decision }) => decision !== undefined).length;
  if (decided === 0) return [];
  return [
    { text: `people decided that ${decided} of ${members.length} belong here`, weight: decided / members.length },
  ];
}

type Applications = readonly (Identified | null)[];

function identifier({ workloads, previous, constraints, held }: Past) {
  const ids = new Set(workloads.map(({ id }) => id));
  const byId = (numbers: ReadonlyMap<number, string>) =>
    new Map([...numbers].map(([number, group]) => [workloads[number]?.id ?? '', group]));
  const decided = {
    application: byId(constraints.applicationOf),
    tier: byId(constraints.tierOf),
    'shared-service': byId(constraints.sharedOf),
    scanner: undefined,
    external: undefined,
    unknown: undefined,
  };
  const anchors = {
    ...decided,
    application: byId(constraints.anchors.application),
    tier: byId(constraints.anchors.tier),
    'shared-service': byId(constraints.anchors.shared),
  };
  const votes = (kind: ProposedGroup['kind'], members: readonly ProposedMember[]): string[] => {
    const own = members.flatMap(({ workload, lent }) => (lent ? [] : workload));
    const held = own.flatMap((workload) => decided[kind]?.get(workload) ?? []);
    // An anchor that has left takes the name of its group nowhere.
    const here = new Set(held);
    return [
      ...held,
      ...own.flatMap((workload) => anchors[kind]?.get(workload) ?? []).filter((group) => here.has(group)),
    ];
  };
  const named = new Set([...held.names.keys(), ...held.confirmed.keys()]);
  const before = [...(previous?.groups ?? []), ...awayGroups(held, named, previous)];
  return (wave: readonly ProposedGroup[], applications: Applications): Identity[] =>
    identify(
      wave.map(({ kind, members, name }, at) => ({
        kind,
        ...(kind === 'external' || kind === 'unknown' ? { called: name(null) } : {}),
        application: applications[at]?.identity.id ?? null,
        members: members.map(({ workload }) => workload),
        decided: votes(kind, members),
      })),
      before,
      ids,
      named,
    );
}

/** Groups that people named or confirmed and the run before did not find, as they were then: they may come back. */
function awayGroups({ groups }: Held, named: ReadonlySet<string>, previous: Topology | undefined): Group[] {
  const present = new Set(previous?.groups.map(({ id }) => id));
  return [...named].flatMap((id) => {
    const group = groups.get(id);
    if (!group || present.has(id)) return [];
    const members = group.members.map((workload) => ({ workload, confidence: 1 }));
    return [{ ...group, members, reasons: [] }];
  });
}

/**
 * A group has the name that people gave it; else one that continues keeps its own, unless labels now say another, or it was
 * called what any group would have been.
 */
function namer({ previous, held }: Past) {
  const taken = new Set(held.names.values());
  const before = new Map(previous?.groups.map((group) => [group.id, group.name]));
  return (wave: readonly ProposedGroup[], applications: Applications, identities: readonly Identity[]): string[] => {
    const names: string[] = [];
    const wanted = wave.flatMap(({ kind, name, labelled }, at) => {
      const id = identities[at]?.id ?? '';
      const given = held.names.get(id);
      names[at] = given ?? '';
      if (given !== undefined) return [];
      const application = applications[at];
      const old = labelled ? null : oldName(identities[at]?.previous ?? null, application, before);
      const fresh = name(application?.name ?? null);
      const isOver = old === null || held.withdrawn.has(`${id} ${old}`) || saysMore(kind, fresh, old);
      const written = legible(isOver ? fresh : old);
      return [{ at, id, name: written === '' ? id : written, kept: !isOver }];
    });
    for (const { name } of wanted) if (isReserved(name)) taken.add(name);
    // Old names first, so that a newcomer is the one to be numbered; then by id, which outlives the order of hosts.
    wanted.sort((a, b) => Number(b.kept) - Number(a.kept) || compareText(a.name, b.name) || compareText(a.id, b.id));
    const unique = makeUnique(
      wanted.map(({ name }) => name),
      taken,
    );
    for (const [rank, { at }] of wanted.entries()) {
      names[at] = unique[rank] ?? '';
      taken.add(names[at]);
    }
    return names;
  };
}

/** "web of shop" follows its application when that is renamed, and is named anew in another one. */
function oldName(
  previous: Group | null,
  application: Identified | null | undefined,
  before: ReadonlyMap<string, string>,
): string | null {
  if (!previous || previous.application !== (application?.identity.id ?? null)) return null;
  const was = before.get(previous.application ?? '');
  if (!application || was === undefined || was === application.name) return previous.name;
  const stem = previous.name.lastIndexOf(` of ${was}`);
  if (stem < 0) return previous.name;
  const [head, tail] = [previous.name.slice(0, stem), previous.name.slice(stem + ` of ${was}`.length)];
  return `${head} of ${application.name}${tail}`;
}

function ordered(reasons: readonly Reason[]): Reason[] {
  return reasons
    .map(({ text, weight }) => ({ text, weight: rounded(weight) }))
    .sort((a, b) => b.weight - a.weight || compareText(a.text, b.text));
}
