import { createHash } from 'node:crypto';
import type { Group } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';

export interface Identifiable {
  readonly kind: Group['kind'];
  /** Id of the application a tier belongs to, otherwise null. */
  readonly application: string | null;
  /** Workload ids. */
  readonly members: readonly string[];
  /** Ids that people's decisions give to members. */
  readonly decided?: readonly string[];
  /** What it is called where that, and not its members, makes it what it is: "internet" on any day. */
  readonly called?: string;
}

export interface Identity {
  readonly id: string;
  /** The group of the previous run that this one continues. */
  readonly previous: Group | null;
}

/**
 * Share of members in common (Jaccard, of the workloads that both runs know) from which a group is taken for the same
 * one: what breaks into two or three goes on in the largest part.
 */
const LEAST_OVERLAP = 1 / 3;
/** What people named goes on where most of it is, though it be this little of the whole: they know it by that name. */
const LEAST_OF_NAMED = 1 / 5;

interface Candidate {
  readonly at: number;
  readonly id: string;
  /** Whether it is called the same, for those that their names identify. */
  readonly called: number;
  readonly decided: number;
  readonly home: number;
  readonly named: number;
  readonly overlap: number;
  /** Tells groups apart whatever order they come in. */
  readonly key: string;
}

/**
 * Who is who of the previous run. What its name identifies is what is called so: who is outside the estate changes from
 * day to day. Of the others, a group whose members people put into one of that id is that one; then pairs of groups of one
 * kind with the largest overlap first, a tier's own application before others, and what people named before what they did
 * not. What is left gets an id from its members.
 *
 * @param workloads ids of all workloads of this run
 * @param named ids of groups that people named or confirmed
 * @returns in the order of `groups`
 */
export function identify(
  groups: readonly Identifiable[],
  previous: readonly Group[],
  workloads: ReadonlySet<string>,
  named: ReadonlySet<string> = new Set(),
): Identity[] {
  const keys = groups.map(idOf);
  const candidates = [
    ...namesakes(groups, keys, previous),
    ...decidedCandidates(groups, keys),
    ...overlaps(groups, keys, previous, workloads, named),
  ];
  candidates.sort(
    (a, b) =>
      b.called - a.called ||
      b.decided - a.decided ||
      b.home - a.home ||
      b.named - a.named ||
      b.overlap - a.overlap ||
      compareText(a.id, b.id) ||
      compareText(a.key, b.key),
  );
  const matched = new Map<number, string>();
  const used = new Set<string>();
  for (const { at, id } of candidates) {
    if (matched.has(at) || used.has(id)) continue;
    matched.set(at, id);
    used.add(id);
  }
  const known = new Map(previous.map((group) => [group.id, group]));
  return groups.map((_, at) => {
    const id = matched.get(at) ?? freshId(keys[at] ?? '', (each) => used.has(each) || known.has(each));
    used.add(id);
    return { id, previous: matched.has(at) ? (known.get(id) ?? null) : null };
  });
}

/** By the id that follows from the name, whatever people call it by now; by the name, where an earlier release gave the id. */
function namesakes(groups: readonly Identifiable[], keys: readonly string[], previous: readonly Group[]): Candidate[] {
  const ids = new Set(previous.map(({ id }) => id));
  const idOfName = new Map(previous.map(({ id, kind, name }) => [`${kind} ${name}`, id]));
  return groups.flatMap(({ kind, called }, at) => {
    if (called === undefined) return [];
    const key = keys[at] ?? '';
    const id = ids.has(key) ? key : idOfName.get(`${kind} ${called}`);
    return id === undefined ? [] : [{ at, id, called: 1, decided: 0, home: 0, named: 0, overlap: 0, key }];
  });
}

function decidedCandidates(groups: readonly Identifiable[], keys: readonly string[]): Candidate[] {
  return groups.flatMap(({ decided = [] }, at) => {
    const votes = new Map<string, number>();
    for (const id of decided) votes.set(id, (votes.get(id) ?? 0) + 1);
    return [...votes].map(([id, count]) => ({
      at,
      id,
      called: 0,
      decided: count,
      home: 0,
      named: 0,
      overlap: 0,
      key: keys[at] ?? '',
    }));
  });
}

function overlaps(
  groups: readonly Identifiable[],
  keys: readonly string[],
  previous: readonly Group[],
  workloads: ReadonlySet<string>,
  named: ReadonlySet<string>,
): Candidate[] {
  const holders = new Map<string, number[]>();
  const sizes = previous.map(() => 0);
  for (const [at, { members }] of previous.entries()) {
    for (const { workload } of members) {
      if (!workloads.has(workload)) continue;
      const of = holders.get(workload);
      if (of) of.push(at);
      else holders.set(workload, [at]);
      sizes[at] = (sizes[at] ?? 0) + 1;
    }
  }
  return groups.flatMap((group, at) => {
    if (group.called !== undefined) return [];
    const common = new Map<number, number>();
    let size = 0;
    for (const workload of group.members) {
      const of = holders.get(workload);
      if (of) size++;
      for (const holder of of ?? []) common.set(holder, (common.get(holder) ?? 0) + 1);
    }
    return [...common].flatMap(([holder, shared]) => {
      const old = previous[holder];
      if (old?.kind !== group.kind) return [];
      const overlap = shared / (size + (sizes[holder] ?? 0) - shared);
      const home = old.application === group.application ? 1 : 0;
      const isNamed = named.has(old.id);
      const isMost = 2 * shared > (sizes[holder] ?? 0);
      if (overlap < (isNamed && isMost ? LEAST_OF_NAMED : LEAST_OVERLAP)) return [];
      return [{ at, id: old.id, called: 0, decided: 0, home, named: Number(isNamed), overlap, key: keys[at] ?? '' }];
    });
  });
}

/** An id that a group of before had is not given to another, even if that one has the same members by now. */
function freshId(id: string, isTaken: (id: string) => boolean): string {
  let fresh = id;
  for (let again = 1; isTaken(fresh); again++) fresh = `${id}-${again}`;
  return fresh;
}

function idOf({ kind, application, members, called }: Identifiable): string {
  return `${kind}-${digest([kind, application, called ?? [...members].sort(compareText)])}`;
}

/** 48 bits: with a million groups, one chance in 500 of any two being the same, which `identify` would still tell apart. */
export function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
