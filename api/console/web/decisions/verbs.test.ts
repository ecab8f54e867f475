import { topology } from '../../estate.fixture';
import { targetsOf, wishOf } from './verbs';

const group = (id: string) => {
  const found = topology.groups.find((each) => each.id === id);
  if (!found) throw new RangeError(`there is no ${id}`);
  return found;
};

it.each([
  ['merge', 'shop', ['billing', 'warehouse', 'wiki']],
  ['merge', 'shop.web', ['shop.app', 'shop.cache', 'shop.postgres']],
  ['merge', 'dns', ['directory', 'monitoring', 'time']],
  ['move', 'dns', ['directory', 'monitoring', 'time']],
] as const)('a %s from %s goes to what it can be put into', (verb, from, expected) => {
  expect(
    targetsOf(verb, group(from), topology.groups)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(expected);
});

it('a move from an application goes to any other application or tier', () => {
  const kinds = targetsOf('move', group('wiki'), topology.groups).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['application', 'tier']));
});

it('a merger puts the group into the one that was asked for', () => {
  expect(wishOf('merge', 'shop', [], 'wiki')).toEqual({ kind: 'merge', groups: ['wiki', 'shop'] });
});
