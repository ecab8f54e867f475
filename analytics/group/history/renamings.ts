import type { Group, GroupKind, Topology } from '../../model/topology';

export interface Renaming {
  /** As of the later run. */
  readonly id: string;
  readonly kind: GroupKind;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/**
 * Groups that are called otherwise, but for tiers that are because their application is, or is another one.
 *
 * @param same groups that go on: before, after
 */
export function findRenamings(
  same: readonly (readonly [Group, Group])[],
  before: Pick<Topology, 'groups'>,
  after: Pick<Topology, 'groups'>,
): Renaming[] {
  const names = { before: namesIn(before), after: namesIn(after) };
  return same.flatMap(([was, { id, kind, name, application }]) => {
    const [old, now] = [names.before.get(was.application ?? ''), names.after.get(application ?? '')];
    const follows = old !== undefined && now !== undefined && was.name.endsWith(` of ${old}`);
    const expected = follows ? `${was.name.slice(0, -old.length)}${now}` : was.name;
    if (name === was.name || name === expected) return [];
    return [{ id, kind, from: was.name, to: name, text: `${was.name} is called ${name} now` }];
  });
}

export function namesIn({ groups }: Pick<Topology, 'groups'>): Map<string, string> {
  return new Map(groups.map(({ id, name }) => [id, name]));
}
