import { topologyOf } from '../../../analytics/group/testing/topology';
import { printGroup, roleText } from './group';

it.each([
  [[], 'role postgres'],
  [['db of shop'], 'role postgres, the same as db of shop'],
  [['a', 'b', 'c', 'd', 'e'], 'role postgres, the same as a, b, c and 2 more'],
])('says what %j have in common', (names, text) => {
  expect(
    roleText(
      'postgres',
      names.map((name) => ({ name })),
    ),
  ).toBe(text);
});

it('keeps apart what speaks for a group, what against it, and what neither', () => {
  const reasons = [
    { text: 'good', weight: 1 },
    { text: 'asked in vain', weight: 0 },
    { text: 'bad', weight: -1 },
  ];
  const topology = topologyOf({ shop: 'a' });
  const text = topology.groups
    .map((group) =>
      printGroup({ topology: topology.id, group: { ...group, reasons }, disagreements: [], decisions: [] }, topology),
    )
    .join('');
  expect(text).toContain('For it\n  good\n\nAgainst it\n  bad\n\nNeither for nor against it\n  asked in vain\n');
});
