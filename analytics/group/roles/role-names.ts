import { groupBy } from '../../graph/group-by';
import type { Group } from '../../model/topology';
import { compareText } from '../../../ingest/kernel/text';
import { makeUnique } from '../naming/names';

/** Workloads that do the same, in whatever application, and what that would be called. */
export interface ProposedRole {
  /** Ids of workloads, sorted. */
  readonly members: readonly string[];
  /** Null where nothing tells. */
  readonly name: string | null;
  /** Whether the name comes from the inventory. */
  readonly labelled: boolean;
}

/** With the word that most of its tiers are called, if they are. */
interface CalledRole extends ProposedRole {
  readonly called: string | null;
}

const UNTOLD = 'hosts';

/**
 * A name for each role, which no other role has: that of the run before where most of its members had it, unless labels
 * now say another. The larger of two that were one keeps the name. What several do, as most do something with HTTP, tells
 * none of them: these are called what their tiers are.
 *
 * @param tierWords what each role's tiers are called, in the order of `roles`
 * @param previous groups of the run before
 * @returns in the order of `roles`
 */
export function nameRoles(
  roles: readonly ProposedRole[],
  tierWords: readonly (readonly string[])[],
  previous: readonly Group[],
): string[] {
  const before = rolesBefore(previous);
  const called = roles.map((role, at): CalledRole => {
    const word = mostCommon(tierWords[at] ?? []) ?? null;
    return { ...role, called: word === UNTOLD ? null : word };
  });
  const fresh = freshNames(called);
  const claims = roles.map(({ members, labelled }, at) => {
    const old = mostCommon(members.flatMap((workload) => before.get(workload) ?? []));
    return { at, old, name: fresh[at] ?? null, labelled, size: members.length, first: members[0] ?? '' };
  });
  claims.sort((a, b) => b.size - a.size || compareText(a.first, b.first));
  const claimed = new Set<string>();
  const wanted = claims.map(({ at, old, name, labelled }) => {
    const isBetter =
      name !== null && old !== undefined && (labelled || isNumbered(old, UNTOLD)) && !isNumbered(old, name);
    const kept = old !== undefined && !isBetter && !claimed.has(old);
    if (kept) claimed.add(old);
    return { at, kept, name: kept ? old : (name ?? UNTOLD) };
  });
  // Old names first, so that a newcomer is the one to be numbered.
  wanted.sort((a, b) => Number(b.kept) - Number(a.kept));
  const unique = makeUnique(wanted.map(({ name }) => name));
  const names: string[] = [];
  for (const [rank, { at, name }] of wanted.entries()) names[at] = unique[rank] ?? name;
  return names;
}

function freshNames(roles: readonly CalledRole[]): (string | null)[] {
  const doing = groupBy(roles, ({ name }) => name);
  const called = groupBy(roles, (role) => role.called);
  return roles.map((role) => {
    if (role.labelled) return role.name;
    const [same = [], others = []] = [doing.get(role.name), called.get(role.name)];
    const tells = role.name !== null && same.length === 1 && others.every((other) => other === role);
    return tells ? role.name : (role.called ?? role.name);
  });
}

function rolesBefore(previous: readonly Group[]): ReadonlyMap<string, string> {
  return new Map(
    previous.flatMap(({ role, members }) =>
      role === undefined ? [] : members.map(({ workload }) => [workload, role] as const),
    ),
  );
}

function mostCommon(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].find(([, count]) => 2 * count > names.length)?.[0];
}

/** "web" and "web 2" are both "web". */
function isNumbered(name: string, stem: string): boolean {
  return name === stem || (name.startsWith(`${stem} `) && /^\d+$/.test(name.slice(stem.length + 1)));
}
