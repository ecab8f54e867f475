import { WayleaveError } from '../../../ingest/kernel/errors';
import { nearest } from '../../../ingest/query';
import type { Group, Topology } from '../../model/topology';

/** What is less may begin any id. */
const SHORTEST_BEGINNING = 3;
const NAMED = 5;

/**
 * The group of that id, or else of that name, whatever its case, or else the only one whose id begins so: `application-bf8`
 * or, behind the kind, `bf8`.
 *
 * @throws WayleaveError `unknown-group`, `ambiguous-group`
 */
export function findGroup({ id: topology, groups }: Topology, written: string): Group {
  const low = written.toLowerCase();
  const ways: readonly ((group: Group) => boolean)[] = [
    ({ id }) => id === written,
    ({ name }) => name === written,
    ({ name }) => name.toLowerCase() === low,
    ({ id, kind }) => low.length >= SHORTEST_BEGINNING && (id.startsWith(low) || id.startsWith(`${kind}-${low}`)),
  ];
  const named = ways.map((fits) => groups.filter(fits)).find((found) => found.length > 0) ?? [];
  const [group, ...others] = named;
  if (!group) {
    const known = groups.flatMap(({ id, name }) => [name, id]);
    const near = nearest(written, known);
    const hint = near === undefined ? 'expected the id or the name of one' : `did you mean ${near}?`;
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
