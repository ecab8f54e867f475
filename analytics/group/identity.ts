import { createHash } from 'node:crypto';
import type { Group } from '../model/topology';
import { compareText } from './evidence';

export interface Identifiable {
  readonly kind: Group['kind'];
  /** Id of the application a tier belongs to, otherwise null. */
  readonly application: string | null;
  /** Workload ids. */
  readonly members: readonly string[];
}

export interface Identity {
  readonly id: string;
  /** The group of the previous run that this one continues. */
  readonly previous: Group | null;
}

/** Share of members in common (Jaccard) from which a group is taken for the same one. */
const LEAST_OVERLAP = 0.5;

/**
 * Who is who of the previous run: pairs of groups of one kind with the largest overlap first, a tier's own application
 * before others; what is left gets an id from its members.
 *
 * @returns in the order of `groups`
 */
export function identify(groups: readonly Identifiable[], previous: readonly Group[]): Identity[] {
  const holders = new Map<string, number[]>();
  for (const [at, { members }] of previous.entries()) {
    for (const { workload } of members) holders.set(workload, [...(holders.get(workload) ?? []), at]);
  }
  const candidates = groups.flatMap((group, at) => {
    const common = new Map<number, number>();
    for (const workload of group.members) {
      for (const holder of holders.get(workload) ?? []) common.set(holder, (common.get(holder) ?? 0) + 1);
    }
    return [...common].flatMap(([holder, shared]) => {
      const old = previous[holder];
      if (old?.kind !== group.kind) return [];
      const overlap = shared / (group.members.length + old.members.length - shared);
      const home = old.application === group.application ? 1 : 0;
      return overlap >= LEAST_OVERLAP ? [{ at, old, overlap, home }] : [];
    });
  });
  candidates.sort((a, b) => b.home - a.home || b.overlap - a.overlap || compareText(a.old.id, b.old.id) || a.at - b.at);
  const matched = new Map<number, Group>();
  const used = new Set<string>();
  for (const { at, old } of candidates) {
    if (matched.has(at) || used.has(old.id)) continue;
    matched.set(at, old);
    used.add(old.id);
  }
  return groups.map((group, at) => {
    const old = matched.get(at);
    if (old) return { id: old.id, previous: old };
    let id = idOf(group);
    // Only when a group that had these members has since changed, and kept its id.
    for (let again = 1; used.has(id); again++) id = `${idOf(group)}-${again}`;
    used.add(id);
    return { id, previous: null };
  });
}

function idOf({ kind, application, members }: Identifiable): string {
  return `${kind}-${digest([kind, application, [...members].sort(compareText)])}`;
}

/** 48 bits: with a million groups, one chance in 500 of any two being the same, which `identify` would still tell apart. */
export function digest(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
