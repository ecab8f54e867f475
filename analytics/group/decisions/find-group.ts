import { WayleaveError } from '../../../ingest/kernel/errors';
import { nearest } from '../../../ingest/query';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, Topology } from '../../model/topology';

/** What is less may begin any id. */
const SHORTEST_BEGINNING = 3;
const NAMED = 5;

/**
 * The group of that id, or else of that name, whatever its case, or else the only one whose id begins so: `application-bf8`
 * or, behind the kind, `bf8`.
 *
 * @param decided what stands of it renamed groups, which go by their new names as well before a run holds to it
 * @throws WayleaveError `unknown-group`, `ambiguous-group`
 */
export function findGroup(
  { id: topology, groups }: Topology,
  written: string,
  decided: readonly GroupDecision[] = [],
): Group {
  const low = written.toLowerCase();
  const renamed = newNames(groups, decided);
  const ways: readonly ((group: Group) => boolean)[] = [
    ({ id }) => id === written,
    ({ name }) => name === written,
    ({ name }) => name.toLowerCase() === low,
    ({ id }) => renamed.get(id)?.toLowerCase() === low,
    ({ id, kind }) => low.length >= SHORTEST_BEGINNING && (id.startsWith(low) || id.startsWith(`${kind}-${low}`)),
  ];
  const named = ways.map((fits) => groups.filter(fits)).find((found) => found.length > 0) ?? [];
  const [group, ...others] = named;
  if (!group) {
    const hint = meant(low, groups, [...renamed.values()]);
    throw new WayleaveError(`there is no group "${written}" among the ${groups.length} of ${topology}; ${hint}`, {
      code: 'unknown-group',
      where: { group: written },
    });
  }
  if (others.length > 0) {
    const some = named.slice(0, NAMED).map(({ id, name }) => `${id} (${name})`);
    const more = named.length > NAMED ? ` and ${named.length - NAMED} more` : '';
    throw new WayleaveError(
      `"${written}" may be any of ${named.length} groups: ${some.join(', ')}${more}; expected one`,
      {
        code: 'ambiguous-group',
        where: { group: written },
      },
    );
  }
  return group;
}

/** By id: names that people gave since the run, and what the tiers of a renamed application will be called. */
function newNames(groups: readonly Group[], decided: readonly GroupDecision[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { wish, undone } of decided) if (wish.kind === 'rename' && !undone) names.set(wish.group, wish.name);
  const known = new Map(groups.map(({ id, name }) => [id, name]));
  for (const { id, name, application } of groups) {
    const now = application === null || names.has(id) ? undefined : names.get(application);
    const suffix = application === null ? '' : ` of ${known.get(application) ?? ''}`;
    if (now !== undefined && name.endsWith(suffix)) names.set(id, `${name.slice(0, -suffix.length)} of ${now}`);
  }
  return names;
}

/** Names that begin so, or else have it in them, or else one that is nearly the same. */
function meant(low: string, groups: readonly Group[], renamed: readonly string[]): string {
  const names = [...new Set([...groups.map(({ name }) => name), ...renamed])];
  const holding = low.length < SHORTEST_BEGINNING ? [] : names.filter((name) => name.toLowerCase().includes(low));
  const beginning = holding.filter((name) => name.toLowerCase().startsWith(low));
  const near = nearest(low, [...names, ...groups.map(({ id }) => id)]);
  const like = beginning.length > 0 ? beginning : near === undefined ? holding : [near];
  if (like.length === 0) return 'expected the id or the name of one';
  const more = like.length > NAMED ? ` or one of ${like.length - NAMED} more` : '';
  return `did you mean ${like.slice(0, NAMED).join(', ')}${more}?`;
}
