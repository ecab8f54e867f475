import { WayleaveError } from '../../../ingest/kernel/errors';
import type { GroupDecision } from '../../model/group-decision';
import type { Group, GroupKind, Topology } from '../../model/topology';
import { legible, LONGEST_NAME, UNPRINTABLE } from '../naming/legible';
import { madeGroupId } from './made-group-id';
import { isReserved, RESERVED_NAMES } from './reserved-names';

/**
 * A name that a group may be given, composed (NFC) and without the space around it.
 *
 * @param of the group that is renamed, whose own name is not in its way; null for a new one
 * @throws WayleaveError `bad-name`, `name-taken`
 */
export function checkName(
  written: string,
  of: Group | null,
  topology: Topology,
  standing: readonly GroupDecision[],
): string {
  const name = written.normalize('NFC').trim();
  if (name.length > LONGEST_NAME || UNPRINTABLE.test(name) || legible(name) === '') {
    const what = name === '' ? 'an empty name' : `a name of ${name.length} characters`;
    throw new WayleaveError(
      `${what} cannot be a group's: expected 1 to ${LONGEST_NAME} characters, none of them a control character or an invisible one`,
      { code: 'bad-name', where: { name: name.slice(0, LONGEST_NAME) } },
    );
  }
  if (isReserved(name)) {
    throw new WayleaveError(`"${name}" cannot be a group's name; expected none of ${RESERVED_NAMES.join(', ')}`, {
      code: 'bad-name',
      where: { name },
    });
  }
  const holder =
    topology.groups.find((group) => group.id !== of?.id && (group.name === name || group.id === name)) ??
    promised(name, of, topology, standing);
  if (!holder) return name;
  throw new WayleaveError(`"${name}" is taken by ${holder.kind} ${holder.id}; expected a name of its own`, {
    code: 'name-taken',
    where: { name, group: holder.id },
  });
}

/** The group that a decision since the last run gives this name. */
function promised(
  name: string,
  of: Group | null,
  { groups }: Topology,
  standing: readonly GroupDecision[],
): Pick<Group, 'kind' | 'id'> | undefined {
  const given = new Map<string, { readonly kind: GroupKind; readonly name: string }>();
  for (const { id, wish, groups: about } of standing) {
    if (wish.kind === 'share')
      given.set(madeGroupId('shared-service', id), { kind: 'shared-service', name: wish.name });
    const [group] = about;
    if (!group) continue;
    if (wish.kind === 'rename') given.set(group.id, { kind: group.kind, name: wish.name });
    if (wish.kind === 'split') given.set(madeGroupId(group.kind, id), { kind: group.kind, name: wish.name });
  }
  const known = new Map(groups.map((group) => [group.id, group.name]));
  for (const [id, { kind, name: promise }] of given) {
    // What the run did with a promise, its groups say.
    if (promise === name && id !== of?.id && known.get(id) !== promise) return { kind, id };
  }
  return undefined;
}
