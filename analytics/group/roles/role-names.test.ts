import type { Group } from '../../model/topology';
import { nameRoles, type ProposedRole } from './role-names';
import { topologyOf } from '../testing/topology';

const role = (members: string, name: string | null, labelled = false): ProposedRole => ({
  members: members.split(' '),
  name,
  labelled,
});

/** A run before, by role: the members of its tiers. */
const before = (roles: Readonly<Record<string, string>>): Group[] =>
  Object.entries(roles).flatMap(([name, members]) =>
    topologyOf({ [name]: { kind: 'tier', members } }).groups.map((group) => ({ ...group, role: name })),
  );

describe('nameRoles', () => {
  it.each<[string, ProposedRole[], Record<string, string>, string[]]>([
    ['what they do', [role('a b', 'web'), role('c', 'postgres'), role('d', null)], {}, ['web', 'postgres', 'hosts']],
    [
      'numbers, the largest first',
      [role('a', 'web'), role('b c', 'web'), role('d', 'web')],
      {},
      ['web 2', 'web', 'web 3'],
    ],
    ['what most were called', [role('a b c', 'grpc'), role('d', 'web')], { web: 'a b', db: 'c' }, ['web', 'web 2']],
    ['what most who were known were called', [role('a b c d e', 'grpc')], { web: 'a b' }, ['web']],
    ['nothing that only half of them were called', [role('a b', 'grpc')], { web: 'a', db: 'b' }, ['grpc']],
    [
      'the old name where they are most, when they split',
      [role('a', 'grpc'), role('b c', 'web')],
      { web: 'a b c' },
      ['grpc', 'web'],
    ],
    ['what they do once that is known', [role('a b', 'web')], { 'hosts 2': 'a b' }, ['web']],
    ['nothing new while they are silent', [role('a b', null)], { web: 'a b' }, ['web']],
    ['what labels say, against the old name', [role('a b', 'front', true)], { web: 'a b' }, ['front']],
    [
      'labels with the number they had',
      [role('a b c', 'web', true), role('d', 'web', true)],
      { 'web 2': 'a', web: 'd' },
      ['web 2', 'web'],
    ],
  ])('gives %s', (_, roles, previous, expected) => {
    expect(nameRoles(roles, [], before(previous))).toEqual(expected);
  });

  it.each<[string, ProposedRole[], string[][], string[]]>([
    [
      'what their tiers are, where several do the same',
      [role('a b c', 'web'), role('d', 'web'), role('e', 'web')],
      [['app', 'app'], ['web'], ['lb']],
      ['app', 'web', 'lb'],
    ],
    [
      'what they do, where nobody else does',
      [role('a', 'postgres'), role('b', 'mysql')],
      [['db'], ['db']],
      ['postgres', 'mysql'],
    ],
    [
      'not what they do, where others are called so',
      [role('a b', 'web'), role('c', 'tomcat')],
      [['app'], ['web']],
      ['app', 'tomcat'],
    ],
    [
      'what they do, where their tiers are called otherwise each, or nothing',
      [role('a b', 'web'), role('c', 'web'), role('d', null)],
      [['api', 'app'], ['hosts'], ['lb']],
      ['web', 'web 2', 'lb'],
    ],
    [
      'what labels say, whatever their tiers are called',
      [role('a', 'front', true), role('b', 'front')],
      [['web'], ['edge']],
      ['front', 'edge'],
    ],
  ])('calls roles %s', (_, roles, words, expected) => {
    expect(nameRoles(roles, words, [])).toEqual(expected);
  });

  it('does not depend on the order of roles', () => {
    const roles = [role('a', 'web'), role('b', 'web'), role('c d', 'web'), role('e', null)];
    expect(nameRoles([...roles].reverse(), [], before({ db: 'a' })).reverse()).toEqual(
      nameRoles(roles, [], before({ db: 'a' })),
    );
  });
});
